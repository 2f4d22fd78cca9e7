/**
 * Grants leases, keeps them alive and ends them.
 */
@NullMarked
package io.skipstone.cli.lease;

import org.jspecify.annotations.NullMarked;
