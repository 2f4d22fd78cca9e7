package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Timestamp;
import java.util.Arrays;

/** Takes a row apart. A row that does not add up stops the process: no answer is better than a wrong one. */
final class RowReader {
    private final byte[] row;
    private final int end;
    private final String what;
    private int at;

    private RowReader(String what, byte[] row, int end) {
        this.what = what;
        this.row = row;
        this.end = end;
    }

    /** @param what what the row is, for the message */
    static RowReader open(String what, byte[] rowKey, byte[] row) {
        int end = row.length - Integer.BYTES;
        if (end < 0 || KeyCodec.getInt(row, end) != RowWriter.checksum(rowKey, row, end)) {
            throw new InvariantViolation(
                    "checksum of a " + what + " row does not match; row of " + row.length + " bytes");
        }
        return new RowReader(what, row, end);
    }

    int oneByte() {
        need(1);
        return row[at++] & 0xFF;
    }

    long varint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int next = oneByte();
            value |= (long) (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw broken("has a number that does not end");
    }

    int size() {
        long size = varint();
        if (size < 0 || size > Integer.MAX_VALUE) {
            throw broken("has an impossible size");
        }
        return (int) size;
    }

    int int4() {
        need(Integer.BYTES);
        at += Integer.BYTES;
        return KeyCodec.getInt(row, at - Integer.BYTES);
    }

    long long8() {
        need(Long.BYTES);
        at += Long.BYTES;
        return KeyCodec.getLong(row, at - Long.BYTES);
    }

    Timestamp timestamp() {
        long bits = long8();
        if (bits < 0) {
            throw broken("has a negative timestamp");
        }
        return new Timestamp(bits);
    }

    Bytes sized() {
        return take(size());
    }

    /** A length in four bytes, then the bytes. */
    Bytes take4() {
        int size = int4();
        if (size < 0) {
            throw broken("has an impossible size");
        }
        return take(size);
    }

    Bytes rest() {
        return take(end - at);
    }

    private Bytes take(int size) {
        need(size);
        at += size;
        return Bytes.wrap(Arrays.copyOfRange(row, at - size, at));
    }

    void finish() {
        if (at != end) {
            throw broken("has " + (end - at) + " bytes too many");
        }
    }

    private void need(int size) {
        if (end - at < size) {
            throw broken("ends too early");
        }
    }

    InvariantViolation broken(String how) {
        return new InvariantViolation("a " + what + " row of " + row.length + " bytes " + how);
    }
}
