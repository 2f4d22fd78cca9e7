package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import java.util.ArrayList;
import java.util.List;

/** Gathers the keys that the open entry changes into rows of limited size. */
final class ChangeLogWriter {
    private final Writing rows;
    private final int rowBytes;
    private final List<Key> keys = new ArrayList<>();
    private long revision;
    private Timestamp commitTs = Timestamp.NONE;
    private int chunk;
    private int keyBytes;

    ChangeLogWriter(Writing rows, int rowBytes) {
        this.rows = rows;
        this.rowBytes = rowBytes;
    }

    void begin(long newRevision, Timestamp newCommitTs) {
        flush();
        revision = newRevision;
        commitTs = newCommitTs;
        chunk = 0;
    }

    void add(Key key) {
        if (keyBytes + key.length() > rowBytes) {
            flush();
        }
        keys.add(key);
        keyBytes += key.length();
    }

    /** Writes what is gathered; the entry may go on, in a further row. */
    void flush() {
        if (keys.isEmpty()) {
            return;
        }
        var row = new ChangeRow(revision, chunk, commitTs, keys);
        rows.put(Table.CHANGES, row.rowKey(), row.encode());
        chunk++;
        keys.clear();
        keyBytes = 0;
    }
}
