package io.skipstone.process.crash;

import java.util.Map;

/** What brings a node to a failpoint of the write or of the pin. */
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
    STOP(1);

    private final int mostHits;

    Trigger(int mostHits) {
        this.mostHits = mostHits;
    }

    Map<String, String> settings() {
        return this == PIN_BY_ITSELF ? Map.of("SKIPSTONE_SNAPSHOT_EVERY_ENTRIES", "25") : Map.of();
    }

    /** The halt comes at a hit from 1 to this, chosen by the seed. */
    int mostHits() {
        return mostHits;
    }
}
