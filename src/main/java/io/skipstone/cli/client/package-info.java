/**
 * Speaks a node's REST interface: requests, answers, refusals, and what stands in their JSON.
 * <p>The only place of the command line that knows a path or a field.
 */
@NullMarked
package io.skipstone.cli.client;

import org.jspecify.annotations.NullMarked;
