/**
 * The nouns everyone uses: positions, timestamps, keys, failures, invariants.
 * <p>Sees no other room.
 */
@NullMarked
package io.skipstone.model;

import org.jspecify.annotations.NullMarked;
