package io.skipstone.model;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A member of a group, as one node sees it.
 *
 * @param address of its peer port
 * @param matched index up to which its log is known to agree with the leader's; only the leader knows
 * @param silentMillis how long the leader has not heard of it; only the leader knows
 * @param client where its REST and gRPC port is, if it told
 */
public record Member(
        MemberId id,
        PeerAddress address,
        Role role,
        boolean isLeader,
        OptionalLong matched,
        OptionalLong silentMillis,
        Optional<String> client) {
    /** What a member does in its group. */
    public enum Role {
        /** Counts for majorities. */
        VOTER,
        /** Gets the log and does not count. */
        LEARNER
    }
}
