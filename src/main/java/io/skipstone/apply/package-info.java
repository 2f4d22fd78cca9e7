/**
 * Given the same log, produces the same store on every node.
 * <p>Next room of a write: {@code store}.
 */
@NullMarked
package io.skipstone.apply;

import org.jspecify.annotations.NullMarked;
