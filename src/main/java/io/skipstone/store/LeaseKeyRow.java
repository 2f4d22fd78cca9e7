package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;

/**
 * Rows of the table {@code lease_key}: which keys are attached to a lease, in the order they were written. There is one exactly while the
 * newest version of the key says so: a version with a lease does not expire by itself, so it goes only by a write, which takes the row along.
 */
final class LeaseKeyRow {
    private LeaseKeyRow() {}

    static void put(Writing rows, Key key, KeyRow.Version version) {
        byte[] rowKey = rowKey(version);
        byte[] row = new RowWriter(key.length() + 8).bytes(key.bytes().array()).sealWith(rowKey);
        rows.put(Table.LEASE_KEY, rowKey, row);
    }

    /** Returns whether it was there. */
    static boolean delete(Writing rows, KeyRow.Version version) {
        return rows.delete(Table.LEASE_KEY, rowKey(version));
    }

    /** What every row key of this lease starts with. */
    static byte[] prefix(long leaseId) {
        return KeyCodec.longKey(leaseId);
    }

    static Key key(byte[] rowKey, byte[] row) {
        return new Key(RowReader.open("lease_key", rowKey, row).rest());
    }

    private static byte[] rowKey(KeyRow.Version version) {
        byte[] high = KeyCodec.longKey(version.leaseId());
        byte[] low = KeyCodec.longIntKey(version.modRevision(), version.ordinal());
        return KeyCodec.join(high, low, 0, low.length);
    }
}
