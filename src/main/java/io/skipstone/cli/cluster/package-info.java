/**
 * Shows who is in a group, and has it changed.
 */
@NullMarked
package io.skipstone.cli.cluster;

import org.jspecify.annotations.NullMarked;
