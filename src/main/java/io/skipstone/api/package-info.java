/**
 * Turns wire requests into commands and outcomes into answers, and decides nothing.
 * <p>First room of a write: {@code rest} and {@code grpc} share one table of errors. Next room: {@code command}.
 */
@NullMarked
package io.skipstone.api;

import org.jspecify.annotations.NullMarked;
