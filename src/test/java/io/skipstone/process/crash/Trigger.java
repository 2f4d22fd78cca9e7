package io.skipstone.process.crash;

/** What brings a node to a failpoint. */
public enum Trigger {
    /** The first start on an empty directory. */
    FIRST_START(1),
    /** Writers, several at once. */
    LOAD(40),
    /** As {@link #LOAD}, on a node that was killed before: its log has a closed segment to purge. */
    LOAD_AFTER_KILL(40),
    /** The store is pinned on request, under load. */
    PIN_ON_REQUEST(1),
    /** The store is pinned by itself, every few entries. */
    PIN_BY_ITSELF(5),
    /** The store is pinned on request, and the log has something to purge. */
    PIN_AFTER_KILL(1),
    /** The node is told to stop, under load. */
    STOP(1),
    /** A snapshot is saved, under load. */
    SNAPSHOT(1),
    /** The start after a kill. */
    RESTART(1),
    /** The start after a power loss that tore the last write of the log. */
    RESTART_WITH_TORN_LOG(1),
    /** The start after a power loss that the store outlived better than the log. */
    RESTART_WITH_SHORT_LOG(1),
    /** The start on a store that is no store any more. */
    RESTART_WITHOUT_STORE(1),
    /** As {@link #RESTART_WITHOUT_STORE}, with an artifact beside it that is older than the end of the log. */
    RESTART_WITH_ARTIFACT(1);

    private final int mostHits;

    Trigger(int mostHits) {
        this.mostHits = mostHits;
    }

    /** The halt comes at a hit from 1 to this, chosen by the seed. */
    int mostHits() {
        return mostHits;
    }

    boolean losesTheStore() {
        return this == RESTART_WITHOUT_STORE || this == RESTART_WITH_ARTIFACT;
    }
}
