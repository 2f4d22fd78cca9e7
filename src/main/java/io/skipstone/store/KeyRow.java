package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Timestamp;

/** A row of the table {@code kv}; its first byte tells the kind, because the row's key alone does not. */
sealed interface KeyRow {
    int KIND_VERSION = 1;
    int KIND_LINK = 2;

    byte[] encode(byte[] rowKey);

    /** Longer keys that share this chunk continue in a layer of their own. */
    record Link(long childId) implements KeyRow {
        @Override
        public byte[] encode(byte[] rowKey) {
            return new RowWriter(16).oneByte(KIND_LINK).varint(childId).sealWith(rowKey);
        }
    }

    /**
     * One version of one key.
     *
     * @param expiresAt NONE for never
     * @param ordinal place of the key among those its entry changed; part of the key of its row in {@code expiry} or {@code lease_key}
     * @param leaseId the lease it is attached to; 0 for none. Never together with an expiry
     */
    record Version(
            Timestamp expiresAt,
            long createRevision,
            long modRevision,
            long version,
            int ordinal,
            Content content,
            long leaseId)
            implements KeyRow {
        private static final int DELETED = 1;
        private static final int EXPIRES = 2;
        private static final int IN_PIECES = 4;
        private static final int LEASED = 8;
        private static final int ALL_FLAGS = DELETED | EXPIRES | IN_PIECES | LEASED;

        /** Without a lease. */
        Version(
                Timestamp expiresAt,
                long createRevision,
                long modRevision,
                long version,
                int ordinal,
                Content content) {
            this(expiresAt, createRevision, modRevision, version, ordinal, content, 0);
        }

        static Version deleted(long modRevision) {
            return new Version(Timestamp.NONE, 0, modRevision, 0, 0, new Content.Deleted());
        }

        boolean isVisible(Timestamp now) {
            return !(content instanceof Content.Deleted) && (expiresAt.isNone() || expiresAt.isAfter(now));
        }

        @Override
        public byte[] encode(byte[] rowKey) {
            int inlineBytes = content instanceof Content.Inline(Bytes value) ? value.length() : 0;
            var row = new RowWriter(48 + inlineBytes)
                    .oneByte(KIND_VERSION)
                    .varint(flags())
                    .varint(modRevision);
            if (content instanceof Content.Deleted) {
                return row.sealWith(rowKey);
            }
            row.varint(createRevision).varint(version);
            if (!expiresAt.isNone()) {
                row.varint(expiresAt.bits()).varint(ordinal);
            } else if (leaseId != 0) {
                row.varint(leaseId).varint(ordinal);
            }
            if (content instanceof Content.Pieces(long bigId, int length, int checksum)) {
                row.varint(bigId).varint(length).int4(checksum);
            } else if (content instanceof Content.Inline(Bytes value)) {
                row.bytes(value.array());
            }
            return row.sealWith(rowKey);
        }

        private int flags() {
            int kind =
                    switch (content) {
                        case Content.Deleted() -> DELETED;
                        case Content.Inline(Bytes value) -> 0;
                        case Content.Pieces pieces -> IN_PIECES;
                    };
            return kind | (expiresAt.isNone() ? 0 : EXPIRES) | (leaseId == 0 ? 0 : LEASED);
        }

        private static Version decode(RowReader row) {
            long flags = row.varint();
            if ((flags & ~ALL_FLAGS) != 0) {
                throw row.broken("has unknown flags");
            }
            long modRevision = row.varint();
            if ((flags & DELETED) != 0) {
                row.finish();
                return deleted(modRevision);
            }
            long createRevision = row.varint();
            long version = row.varint();
            boolean expires = (flags & EXPIRES) != 0;
            boolean leased = (flags & LEASED) != 0;
            if (expires && leased) {
                throw row.broken("expires and has a lease");
            }
            Timestamp expiresAt = expires ? new Timestamp(row.varint()) : Timestamp.NONE;
            long leaseId = leased ? row.varint() : 0;
            int ordinal = expires || leased ? row.size() : 0;
            Content content = (flags & IN_PIECES) != 0
                    ? new Content.Pieces(row.varint(), row.size(), row.int4())
                    : new Content.Inline(row.rest());
            row.finish();
            return new Version(expiresAt, createRevision, modRevision, version, ordinal, content, leaseId);
        }
    }

    /** Where a version's value is. */
    sealed interface Content {
        /** No value: the key is deleted. */
        record Deleted() implements Content {}

        /** In the row itself. */
        record Inline(Bytes value) implements Content {}

        /**
         * In rows of the table {@code big}.
         *
         * @param checksum CRC32C of the whole value
         */
        record Pieces(long bigId, int length, int checksum) implements Content {}
    }

    static boolean isLink(byte[] row) {
        return row.length > 0 && row[0] == KIND_LINK;
    }

    static KeyRow decode(byte[] rowKey, byte[] encoded) {
        var row = RowReader.open("kv", rowKey, encoded);
        int kind = row.oneByte();
        return switch (kind) {
            case KIND_VERSION -> Version.decode(row);
            case KIND_LINK -> {
                var link = new Link(row.varint());
                row.finish();
                yield link;
            }
            default -> throw row.broken("is of unknown kind " + kind);
        };
    }

    static Version version(byte[] rowKey, byte[] encoded) {
        if (decode(rowKey, encoded) instanceof Version version) {
            return version;
        }
        throw RowReader.open("kv", rowKey, encoded).broken("is a link where a version must stand");
    }

    static Link link(byte[] rowKey, byte[] encoded) {
        if (decode(rowKey, encoded) instanceof Link link) {
            return link;
        }
        throw RowReader.open("kv", rowKey, encoded).broken("is a version where a link must stand");
    }
}
