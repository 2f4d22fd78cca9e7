package io.skipstone.store;

import io.skipstone.model.GrantedLease;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import java.util.Optional;

/** Rows of the table {@code lease}: one for each lease, by its id. */
final class LeaseRow {
    private LeaseRow() {}

    static byte[] rowKey(long id) {
        return KeyCodec.longKey(id);
    }

    static Optional<GrantedLease> read(Reading rows, long id) {
        byte[] rowKey = rowKey(id);
        return rows.get(Table.LEASE, rowKey).map(row -> decode(rowKey, row));
    }

    static void write(Writing rows, GrantedLease lease) {
        byte[] rowKey = rowKey(lease.id());
        rows.put(Table.LEASE, rowKey, encode(rowKey, lease));
    }

    static byte[] encode(byte[] rowKey, GrantedLease lease) {
        return new RowWriter(32)
                .varint(lease.ttlSeconds())
                .varint(lease.granted().bits())
                .varint(lease.maxKeys())
                .varint(lease.keys())
                .sealWith(rowKey);
    }

    static GrantedLease decode(byte[] rowKey, byte[] encoded) {
        var row = RowReader.open("lease", rowKey, encoded);
        var lease = new GrantedLease(
                KeyCodec.getLong(rowKey, 0), row.varint(), new Timestamp(row.varint()), row.size(), row.size());
        row.finish();
        return lease;
    }
}
