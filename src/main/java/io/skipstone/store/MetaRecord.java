package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.Unknown;
import java.util.Optional;
import java.util.UUID;

/**
 * The bytes of {@link StoreMeta}; docs/formats.md. In every format version the record starts with the magic and the version, and
 * ends with its CRC32C, so that a broken record and one from the future can be told apart.
 */
final class MetaRecord {
    static final byte[] ROW_KEY = {'m', 'e', 't', 'a'};
    static final int MAGIC = 0x534B_5354;
    /** With leases. The record itself is as in format 1. */
    static final int FORMAT_VERSION = 2;

    /** Before leases: read, and written as the present format from the first write on. */
    static final int OLDEST_FORMAT_VERSION = 1;

    private static final int HAS_POSITION = 1;
    private static final int HAS_GROUP = 2;

    private MetaRecord() {}

    static byte[] encode(StoreMeta meta) {
        Optional<Position> applied = meta.applied();
        Optional<UUID> group = meta.groupId();
        return new RowWriter(128 + meta.configuration().length())
                .int4(MAGIC)
                .int4(FORMAT_VERSION)
                .oneByte((applied.isPresent() ? HAS_POSITION : 0) | (group.isPresent() ? HAS_GROUP : 0))
                .long8(applied.map(Position::term).orElse(0L))
                .long8(applied.map(Position::index).orElse(0L))
                .long8(meta.revision())
                .long8(meta.lastCommitTs().bits())
                .long8(meta.hlcCeiling().bits())
                .long8(meta.cutover())
                .long8(meta.gcFloor().bits())
                .long8(group.map(UUID::getMostSignificantBits).orElse(0L))
                .long8(group.map(UUID::getLeastSignificantBits).orElse(0L))
                .long8(meta.nextChildId())
                .long8(meta.nextBigId())
                .int4(meta.configuration().length())
                .bytes(meta.configuration().array())
                .sealWith(ROW_KEY);
    }

    /** {@link Known} only if every byte makes sense; any doubt is {@link Unknown}, never zero and never thrown. */
    static StoreState decode(byte[] encoded) {
        try {
            var row = RowReader.open("meta", ROW_KEY, encoded);
            if (row.int4() != MAGIC || !isKnown(row.int4())) {
                return new Unknown(Doubt.FORMAT_UNKNOWN);
            }
            return new Known(decode(row));
        } catch (InvariantViolation broken) {
            return new Unknown(Doubt.META_CORRUPT);
        }
    }

    private static boolean isKnown(int version) {
        return version >= OLDEST_FORMAT_VERSION && version <= FORMAT_VERSION;
    }

    private static StoreMeta decode(RowReader row) {
        int flags = row.oneByte();
        if ((flags & ~(HAS_POSITION | HAS_GROUP)) != 0) {
            throw row.broken("has unknown flags");
        }
        long term = row.long8();
        long index = row.long8();
        long revision = row.long8();
        Timestamp lastCommitTs = row.timestamp();
        Timestamp hlcCeiling = row.timestamp();
        long cutover = row.long8();
        Timestamp gcFloor = row.timestamp();
        var group = new UUID(row.long8(), row.long8());
        long nextChildId = row.long8();
        long nextBigId = row.long8();
        Bytes configuration = row.take4();
        row.finish();
        return new StoreMeta(
                (flags & HAS_POSITION) != 0 ? Optional.of(new Position(term, index)) : Optional.empty(),
                revision,
                lastCommitTs,
                hlcCeiling,
                cutover,
                gcFloor,
                configuration,
                (flags & HAS_GROUP) != 0 ? Optional.of(group) : Optional.empty(),
                nextChildId,
                nextBigId);
    }
}
