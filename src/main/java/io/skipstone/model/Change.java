package io.skipstone.model;

import java.util.List;

/**
 * What one revision changed.
 *
 * @param keys in the order they were written
 */
public record Change(long revision, Timestamp commitTs, List<Key> keys) {
    public Change {
        keys = List.copyOf(keys);
    }
}
