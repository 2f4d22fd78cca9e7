/**
 * Speaks to a node for a person at a terminal, and looks into a stopped data directory.
 * <p>The same binary as the server.
 */
@NullMarked
package io.skipstone.cli;

import org.jspecify.annotations.NullMarked;
