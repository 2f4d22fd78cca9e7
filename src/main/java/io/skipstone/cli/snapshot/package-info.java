/**
 * Takes copies of a running node's store, looks at them, and makes data directories of them.
 */
@NullMarked
package io.skipstone.cli.snapshot;

import org.jspecify.annotations.NullMarked;
