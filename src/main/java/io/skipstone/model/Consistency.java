package io.skipstone.model;

/** How fresh a read must be. */
public enum Consistency {
    /** Never older than a write that was acknowledged before the read began. */
    LINEARIZABLE,
    /** The state at one timestamp or revision, the same on every node and for every repetition. */
    SNAPSHOT,
    /** What this replica holds; may be stale. */
    LOCAL
}
