/**
 * Promises how fresh the store is before the log is purged (pin), and uses that promise on start (gate).
 * <p>Both halves of one promise lie side by side here.
 */
@NullMarked
package io.skipstone.snapshot;

import org.jspecify.annotations.NullMarked;
