package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;

/** Rows of the table {@code expiry}: which key's version expires when, so that the collector finds it without a scan. */
final class ExpiryRow {
    private ExpiryRow() {}

    static void put(Writing rows, Key key, KeyRow.Version version) {
        byte[] rowKey = rowKey(version);
        byte[] row = new RowWriter(key.length() + 8).bytes(key.bytes().array()).sealWith(rowKey);
        rows.put(Table.EXPIRY, rowKey, row);
    }

    static void delete(Writing rows, KeyRow.Version version) {
        rows.delete(Table.EXPIRY, rowKey(version));
    }

    static Timestamp expiresAt(byte[] rowKey) {
        return new Timestamp(KeyCodec.getLong(rowKey, 0));
    }

    static Key key(byte[] rowKey, byte[] row) {
        return new Key(RowReader.open("expiry", rowKey, row).rest());
    }

    private static byte[] rowKey(KeyRow.Version version) {
        byte[] high = KeyCodec.longKey(version.expiresAt().bits());
        byte[] low = KeyCodec.longIntKey(version.modRevision(), version.ordinal());
        return KeyCodec.join(high, low, 0, low.length);
    }
}
