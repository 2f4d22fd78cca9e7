/**
 * {@code skipstone lease}: grants leases, keeps them alive and ends them.
 * <p>Speaks REST, as every command over the network.
 */
@NullMarked
package io.skipstone.cli.lease;

import org.jspecify.annotations.NullMarked;
