package io.skipstone.model;

/**
 * A place in the Raft log.
 *
 * @param term Raft term, from 0
 * @param index Raft log index, from 0
 */
public record Position(long term, long index) implements WriteAt, Comparable<Position> {
    public Position {
        Invariants.check(term >= 0, "term is negative: {}", term);
        Invariants.check(index >= 0, "log index is negative: {}", index);
    }

    /** Whether a store at this position holds the entry at that one. */
    public boolean covers(Position other) {
        return index >= other.index;
    }

    @Override
    public int compareTo(Position other) {
        return Long.compare(index, other.index);
    }

    @Override
    public String toString() {
        return term + ":" + index;
    }
}
