package io.skipstone.model;

import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * How far a node's start has come.
 *
 * @param done so many of {@code total}; both 0 in a phase whose length nobody knows
 * @param elapsedMillis since the phase began
 */
public record StartProgress(Phase phase, long done, long total, Unit unit, long elapsedMillis) {
    public static final StartProgress READY = without(Phase.READY, 0);

    public StartProgress {
        Invariants.check(done >= 0 && elapsedMillis >= 0, "start progress {} after {} ms", done, elapsedMillis);
    }

    /** Phases of a start; a clean one passes through restoring and replaying without stopping there. */
    public enum Phase {
        /** Not all of the nodes that are to found the group have answered yet. */
        FORMING,
        /** The gate has not decided. */
        OPENING,
        /** The gate has decided, and the store is being put right. */
        RESTORING,
        /** The store takes from the log what it lacks. */
        REPLAYING,
        /** Nobody leads yet. */
        ELECTING,
        /** The members of the group have not added this node yet. */
        JOINING,
        READY
    }

    /** What is counted. */
    public enum Unit {
        BYTES,
        ENTRIES,
        NONE
    }

    /** A phase in which nothing is counted. */
    public static StartProgress without(Phase phase, long elapsedMillis) {
        return new StartProgress(phase, 0, 0, Unit.NONE, elapsedMillis);
    }

    /** Empty while nobody knows. */
    public OptionalInt percent() {
        return total > 0
                ? OptionalInt.of((int) Math.min(100, 100.0 * (double) done / (double) total))
                : OptionalInt.empty();
    }

    /** Time until the phase ends if it goes on as it did; empty while nobody knows. */
    public OptionalLong estimateMillis() {
        if (total <= 0 || done <= 0) {
            return OptionalLong.empty();
        }
        double left = (double) Math.max(0, total - done);
        return OptionalLong.of((long) ((double) elapsedMillis * left / (double) done));
    }
}
