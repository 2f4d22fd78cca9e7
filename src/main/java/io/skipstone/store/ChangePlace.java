package io.skipstone.store;

import io.skipstone.model.Invariants;

/**
 * A place in the change log, in front of one key of one revision. What {@code row} and {@code key} count is the store's own affair; the
 * same place means the same on every node only where both are 0.
 */
public record ChangePlace(long revision, int row, int key) implements Comparable<ChangePlace> {
    public ChangePlace {
        Invariants.check(revision >= 0 && row >= 0 && key >= 0, "no place: {} {} {}", revision, row, key);
    }

    /** In front of all that the revision changed. */
    public static ChangePlace before(long revision) {
        return new ChangePlace(revision, 0, 0);
    }

    @Override
    public int compareTo(ChangePlace other) {
        int byRevision = Long.compare(revision, other.revision);
        int byRow = byRevision != 0 ? byRevision : Integer.compare(row, other.row);
        return byRow != 0 ? byRow : Integer.compare(key, other.key);
    }
}
