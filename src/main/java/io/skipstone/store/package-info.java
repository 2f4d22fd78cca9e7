/**
 * Keeps every version of every key, and the applied index, in one LMDB transaction.
 * <p>The only room that knows LMDB. Last room of a write; {@code snapshot} builds its promise on it.
 */
@NullMarked
package io.skipstone.store;

import org.jspecify.annotations.NullMarked;
