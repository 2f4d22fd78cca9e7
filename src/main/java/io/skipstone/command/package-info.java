/**
 * The complete list of what may stand in the log, and its bytes.
 * <p>Next room of a write: {@code consensus}.
 */
@NullMarked
package io.skipstone.command;

import org.jspecify.annotations.NullMarked;
