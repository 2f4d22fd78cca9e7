/**
 * Carries what the members of a group say to each other besides Raft.
 * <p>On the same port as Raft: Ratis' own gRPC server takes our service in. Nothing here knows what is said.
 */
@NullMarked
package io.skipstone.consensus.peer;

import org.jspecify.annotations.NullMarked;
