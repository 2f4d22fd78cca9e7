package io.skipstone.snapshot;

import io.skipstone.model.Invariants;

/**
 * Which entries the Raft log on disk holds, read before Ratis starts.
 *
 * @param start index of the first entry, or -1 while the log is empty
 * @param end index of the last entry, or -1 while the log is empty
 * @param hasVote whether Raft's term and vote are there: without them this node has forgotten which terms there were
 */
public record LogExtent(long start, long end, boolean hasVote) {
    /** Nothing was ever logged here. */
    public static final LogExtent NONE = new LogExtent(-1, -1, false);

    public LogExtent {
        Invariants.check((start < 0) == (end < 0) && start <= end, "log from {} to {}", start, end);
    }

    public boolean isEmpty() {
        return end < 0;
    }

    /** Whether the log goes back to the first entry ever, so that a replay makes the whole store again. */
    public boolean isWhole() {
        return start == 0;
    }
}
