package io.skipstone.api.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.skipstone.api.etcd.v3.KeyValue;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import java.util.Optional;

/** Keys, ranges and rows, in and out. */
final class KeyValues {
    /** As the end of a range: to the last key. */
    private static final Bytes TO_THE_LAST = Bytes.wrap(new byte[] {0});

    private KeyValues() {}

    static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }

    /** Without a copy: nobody changes the array of a {@code Bytes}. */
    static ByteString bytes(Bytes bytes) {
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }

    static KeyValue row(io.skipstone.model.KeyValue row) {
        return KeyValue.newBuilder()
                .setKey(bytes(row.key().bytes()))
                .setValue(bytes(row.value()))
                .setCreateRevision(Revisions.etcd(row.createRevision()))
                .setModRevision(Revisions.etcd(row.modRevision()))
                .setVersion(row.version())
                .setLease(row.leaseId())
                .build();
    }

    /**
     * The keys that a key and the end of a range mean: no end, this key alone; one byte 0, to the last key.
     *
     * @return empty when the end is not behind the key: a range of no keys
     */
    static Optional<KeyRange> range(ByteString key, ByteString rangeEnd) {
        Bytes start = bytes(key);
        Bytes end = bytes(rangeEnd);
        if (end.isEmpty()) {
            return Optional.of(new Key(start).asRange());
        }
        if (start.isEmpty()) {
            throw EtcdError.KEY_NOT_PROVIDED.refusal();
        }
        if (end.equals(TO_THE_LAST)) {
            return Optional.of(new KeyRange(start, Bytes.EMPTY));
        }
        return start.compareTo(end) < 0 ? Optional.of(new KeyRange(start, end)) : Optional.empty();
    }
}
