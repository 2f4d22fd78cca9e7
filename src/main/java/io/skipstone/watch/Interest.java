package io.skipstone.watch;

import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;

/** What watches must have in common to be told the same. */
record Interest(KeyRange keys, boolean previous) {
    boolean isOneKey() {
        Bytes start = keys.start();
        return !start.isEmpty() && keys.end().equals(start.successor());
    }

    /** Whether nothing below the end is left at or above the key. */
    boolean endsBefore(Bytes key) {
        return !keys.end().isEmpty() && keys.end().compareTo(key) <= 0;
    }
}
