package io.skipstone.chaos.history;

import java.util.List;
import java.util.Map;

/**
 * What a stopped node's store says of one revision.
 *
 * @param writes for each key that it changed the version it wrote, or none where it deleted
 */
public record Commit(long revision, long timestamp, Map<String, List<Seen>> writes) {
    public Commit {
        writes = Map.copyOf(writes);
    }
}
