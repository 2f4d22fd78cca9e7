/**
 * Gets a command agreed on by the majority, and hands agreed commands down in log order.
 * <p>The only room that knows Ratis. Next room of a write: {@code apply}.
 */
@NullMarked
package io.skipstone.consensus;

import org.jspecify.annotations.NullMarked;
