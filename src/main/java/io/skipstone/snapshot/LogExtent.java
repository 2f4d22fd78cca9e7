package io.skipstone.snapshot;

import io.skipstone.model.Invariants;
import java.util.Optional;

/**
 * Which entries the Raft log on disk holds, read before Ratis starts. Each entry between start and end was read and its checksum
 * compared.
 *
 * @param start index of the first entry, or -1 while the log is empty
 * @param end index of the last entry, or -1 while the log is empty
 * @param hasVote whether Raft's term and vote are there: without them this node has forgotten which terms there were
 * @param hadEntries whether the group's configuration is there, which Ratis writes when it applies the first entry
 * @param front what lies before {@code start} and cannot be read
 * @param tail what lies behind {@code end}, in the segment that was written to, and cannot be read
 */
public record LogExtent(
        long start, long end, boolean hasVote, boolean hadEntries, Optional<LogFlaw> front, Optional<LogFlaw> tail) {
    /** Nothing was ever logged here. */
    public static final LogExtent NONE = new LogExtent(-1, -1, false, false);

    public LogExtent {
        Invariants.check((start < 0) == (end < 0) && start <= end, "log from {} to {}", start, end);
    }

    /** A log without a flaw. */
    public LogExtent(long start, long end, boolean hasVote, boolean hadEntries) {
        this(start, end, hasVote, hadEntries, Optional.empty(), Optional.empty());
    }

    public boolean isEmpty() {
        return end < 0;
    }

    /** Whether this group never had an entry: nothing can have been lost with the store. */
    boolean isNew() {
        return isEmpty() && front.isEmpty() && tail.isEmpty() && !hadEntries;
    }

    LogExtent withoutTail() {
        return new LogExtent(start, end, hasVote, hadEntries, front, Optional.empty());
    }

    LogExtent withoutFront() {
        return new LogExtent(start, end, hasVote, hadEntries, Optional.empty(), tail);
    }

    LogExtent withoutEntries() {
        return new LogExtent(-1, -1, hasVote, hadEntries);
    }

    /** Whether the log goes back to the first entry ever, so that a replay makes the whole store again. */
    public boolean isWhole() {
        return start == 0 && front.isEmpty();
    }

    @Override
    public String toString() {
        return isEmpty() ? "(empty)" : "from " + start + " to " + end;
    }
}
