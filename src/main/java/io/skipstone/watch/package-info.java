/**
 * Tells those who watch keys what was changed, in the order of revisions, each change once.
 * <p>Beside the way of a write: {@code WatchHub} reads what is in the store already, so it can neither delay nor change it.
 */
@NullMarked
package io.skipstone.watch;

import org.jspecify.annotations.NullMarked;
