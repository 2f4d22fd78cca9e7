package io.skipstone.model;

import java.util.Optional;
import java.util.UUID;

/**
 * What a node knows of itself at one moment: the one record behind the probes, {@code /v1/status} and the gauges.
 *
 * @param term Raft term
 * @param leader node id of the leader, if one is known
 * @param applied position of the last log entry in the store
 * @param pinned position that the store is known to hold after a power loss; the log may be purged up to it
 * @param logStart index of the first entry in the log, or -1 while it is empty
 * @param logEnd index of the last entry in the log, or -1 while it is empty
 * @param committed index of the last committed entry this node knows of, or -1
 * @param committedAtStart {@code committed} when the node started: ready means that the store has reached it
 */
public record NodeStatus(
        String nodeId,
        UUID groupId,
        Phase phase,
        Role role,
        long term,
        Optional<String> leader,
        Optional<Position> applied,
        Optional<Position> pinned,
        long logStart,
        long logEnd,
        long committed,
        long committedAtStart,
        long revision,
        Timestamp lastCommitTs,
        Timestamp gcFloor,
        ColdStart coldStart,
        StartProgress progress) {
    /** The group of a node that is not in one yet, or no longer runs. */
    public static final UUID NO_GROUP = new UUID(0, 0);

    /** Life of a node, in this order. */
    public enum Phase {
        STARTING,
        SERVING,
        DRAINING,
        STOPPED
    }

    /** Raft role. */
    public enum Role {
        LEADER,
        FOLLOWER,
        CANDIDATE,
        LISTENER,
        NONE
    }

    /** The same node, which has been told to stop and no longer wants new clients. */
    public NodeStatus leaving() {
        return new NodeStatus(
                nodeId,
                groupId,
                Phase.DRAINING,
                role,
                term,
                leader,
                applied,
                pinned,
                logStart,
                logEnd,
                committed,
                committedAtStart,
                revision,
                lastCommitTs,
                gcFloor,
                coldStart,
                progress);
    }

    /**
     * Whether the node may serve: it has applied what was committed when it started, knows a leader, and does not wait for another store
     * because it has fallen behind.
     */
    public boolean isReady() {
        return phase == Phase.SERVING
                && leader.isPresent()
                && progress.phase() != StartProgress.Phase.RESTORING
                && applied.map(Position::index).orElse(-1L) >= committedAtStart;
    }
}
