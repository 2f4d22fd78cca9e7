package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;

/**
 * One row of the change log: some of the keys that a revision changed.
 *
 * @param chunk from 0; a revision that changed many keys has several rows
 */
record ChangeRow(long revision, int chunk, Timestamp commitTs, List<Key> keys) {
    ChangeRow {
        keys = List.copyOf(keys);
    }

    static byte[] rowKey(long revision, int chunk) {
        return KeyCodec.longIntKey(revision, chunk);
    }

    static long revision(byte[] rowKey) {
        return KeyCodec.getLong(rowKey, 0);
    }

    byte[] rowKey() {
        return rowKey(revision, chunk);
    }

    byte[] encode() {
        var row = new RowWriter(32 + 32 * keys.size()).long8(commitTs.bits()).varint(keys.size());
        keys.forEach(key -> row.sized(key.bytes().array()));
        return row.sealWith(rowKey());
    }

    static ChangeRow decode(byte[] rowKey, byte[] encoded) {
        var row = RowReader.open("changes", rowKey, encoded);
        Timestamp commitTs = row.timestamp();
        int count = row.size();
        var keys = new ArrayList<Key>(Math.min(count, encoded.length));
        for (int i = 0; i < count; i++) {
            keys.add(new Key(row.sized()));
        }
        row.finish();
        return new ChangeRow(revision(rowKey), KeyCodec.getInt(rowKey, Long.BYTES), commitTs, keys);
    }

    /** Only the timestamp; the search for a revision needs no keys. */
    static Timestamp commitTs(byte[] rowKey, byte[] encoded) {
        return RowReader.open("changes", rowKey, encoded).timestamp();
    }
}
