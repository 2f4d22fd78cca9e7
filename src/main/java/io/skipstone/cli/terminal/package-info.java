/**
 * What a person sees: standard streams and progress.
 */
@NullMarked
package io.skipstone.cli.terminal;

import org.jspecify.annotations.NullMarked;
