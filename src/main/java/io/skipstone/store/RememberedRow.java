package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Invariants;
import io.skipstone.model.Limits;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import io.skipstone.store.ReadView.Remembered;
import java.util.Arrays;
import java.util.Optional;

/** Rows of the table {@code dedup}, and of its index by expiry. */
final class RememberedRow {
    private static final byte[] NO_ROW = {};

    private RememberedRow() {}

    static Optional<Remembered> read(Reading rows, Bytes idempotencyKey) {
        byte[] rowKey = rowKey(idempotencyKey);
        return rows.get(Table.DEDUP, rowKey).map(row -> decode(rowKey, row));
    }

    static void write(Writing rows, Bytes idempotencyKey, Remembered remembered) {
        byte[] rowKey = rowKey(idempotencyKey);
        read(rows, idempotencyKey).ifPresent(old -> rows.delete(Table.DEDUP_EXPIRY, expiryKey(old, rowKey)));
        rows.put(Table.DEDUP, rowKey, encode(rowKey, remembered));
        rows.put(Table.DEDUP_EXPIRY, expiryKey(remembered, rowKey), NO_ROW);
    }

    static Timestamp expiresAt(byte[] expiryKey) {
        return new Timestamp(KeyCodec.getLong(expiryKey, 0));
    }

    static void forget(Writing rows, byte[] expiryKey) {
        byte[] rowKey = Arrays.copyOfRange(expiryKey, Long.BYTES, expiryKey.length);
        rows.delete(Table.DEDUP, rowKey);
        rows.delete(Table.DEDUP_EXPIRY, expiryKey);
    }

    private static byte[] rowKey(Bytes idempotencyKey) {
        Invariants.check(
                !idempotencyKey.isEmpty() && idempotencyKey.length() <= Limits.MAX_IDEMPOTENCY_KEY_BYTES,
                "an idempotency key of {} bytes",
                idempotencyKey.length());
        return idempotencyKey.array();
    }

    private static byte[] expiryKey(Remembered remembered, byte[] rowKey) {
        return KeyCodec.join(KeyCodec.longKey(remembered.expiresAt().bits()), rowKey, 0, rowKey.length);
    }

    private static byte[] encode(byte[] rowKey, Remembered remembered) {
        return new RowWriter(32 + remembered.outcome().length())
                .long8(remembered.expiresAt().bits())
                .sized(remembered.fingerprint().array())
                .sized(remembered.outcome().array())
                .sealWith(rowKey);
    }

    static Remembered decode(byte[] rowKey, byte[] encoded) {
        var row = RowReader.open("dedup", rowKey, encoded);
        var remembered = new Remembered(row.timestamp(), row.sized(), row.sized());
        row.finish();
        return remembered;
    }
}
