package io.skipstone.consensus;

import java.util.zip.CRC32C;

/**
 * One record of a segment as Ratis 3.3.0 writes it (SegmentedRaftLogOutputStream): length as a varint, the entry as protobuf,
 * CRC-32C over both, big-endian. Zeros follow the last record of a segment.
 *
 * <p>Used by one thread.
 */
final class LogRecord {
    /** Larger than any entry this node would write: a reader that only looks has no limit of its own. */
    static final int MAX_BYTES = 64 << 20;

    /** A varint of 32 bits. */
    static final int MAX_LENGTH_BYTES = 5;

    static final int CHECKSUM_BYTES = 4;

    /** The bytes end before the length does. */
    static final int CUT = 0;

    /** These bytes are not a length that Ratis would write. */
    static final int NONSENSE = -1;

    private static final int CONTINUES = 0x80;

    /** {@code LogEntryProto}: {@code uint64 term = 1; uint64 index = 2}, written in this order, and not at all when 0. */
    private static final byte TERM_TAG = 0x08;

    private static final byte INDEX_TAG = 0x10;

    private final CRC32C crc = new CRC32C();

    /** Bytes of the whole record that begins there; {@link #CUT} or {@link #NONSENSE} if that cannot be told. */
    static int sizeBytes(byte[] bytes, int at, int limit) {
        int value = 0;
        for (int i = 0; i < MAX_LENGTH_BYTES; i++) {
            if (at + i >= limit) {
                return CUT;
            }
            byte next = bytes[at + i];
            value |= (next & 0x7f) << (7 * i);
            if ((next & CONTINUES) == 0) {
                boolean shortest = i == 0 || next != 0;
                return shortest && value > 0 && value <= MAX_BYTES ? i + 1 + value + CHECKSUM_BYTES : NONSENSE;
            }
        }
        return NONSENSE;
    }

    /** Whether the record is as it was written. All its bytes are there. */
    boolean isSound(byte[] bytes, int at, int sizeBytes) {
        return difference(bytes, at, sizeBytes) == 0;
    }

    /** Whether one bit is all that is wrong with the record. All its bytes are there. */
    boolean isOneBitOff(byte[] bytes, int at, int sizeBytes) {
        return BitFlip.explains(difference(bytes, at, sizeBytes), sizeBytes - CHECKSUM_BYTES);
    }

    private int difference(byte[] bytes, int at, int sizeBytes) {
        int covered = sizeBytes - CHECKSUM_BYTES;
        crc.reset();
        crc.update(bytes, at, covered);
        return (int) crc.getValue() ^ bigEndian(bytes, at + covered);
    }

    /** Index of the entry in a record; -1 if the bytes are not an entry. */
    static long index(byte[] bytes, int at, int sizeBytes) {
        int end = at + sizeBytes - CHECKSUM_BYTES;
        int next = skipVarint(bytes, at, end);
        if (next < end && bytes[next] == TERM_TAG) {
            next = skipVarint(bytes, next + 1, end);
        }
        if (next >= end) {
            return -1;
        }
        return bytes[next] == INDEX_TAG ? varint(bytes, next + 1, end) : 0;
    }

    private static int skipVarint(byte[] bytes, int at, int end) {
        int next = at;
        while (next < end && (bytes[next] & CONTINUES) != 0) {
            next++;
        }
        return next + 1;
    }

    private static long varint(byte[] bytes, int at, int end) {
        long value = 0;
        for (int i = 0; at + i < end && i < 9; i++) {
            byte next = bytes[at + i];
            value |= (long) (next & 0x7f) << (7 * i);
            if ((next & CONTINUES) == 0) {
                return value;
            }
        }
        return -1;
    }

    private static int bigEndian(byte[] bytes, int at) {
        return (bytes[at] & 0xff) << 24
                | (bytes[at + 1] & 0xff) << 16
                | (bytes[at + 2] & 0xff) << 8
                | (bytes[at + 3] & 0xff);
    }
}
