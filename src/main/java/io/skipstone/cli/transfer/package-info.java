/**
 * Carries records between files and a node: import and export.
 */
@NullMarked
package io.skipstone.cli.transfer;

import org.jspecify.annotations.NullMarked;
