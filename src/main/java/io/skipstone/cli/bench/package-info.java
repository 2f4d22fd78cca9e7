/**
 * A bounded closed-loop load over HTTP, and its report.
 */
@NullMarked
package io.skipstone.cli.bench;

import org.jspecify.annotations.NullMarked;
