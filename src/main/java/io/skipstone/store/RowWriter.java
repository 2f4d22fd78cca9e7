package io.skipstone.store;

import java.util.Arrays;
import java.util.zip.CRC32C;

/** Builds a row: numbers as varints (7 bits a byte, lowest first), then a CRC32C over the row's key and all before it. */
final class RowWriter {
    private byte[] bytes;
    private int length;

    RowWriter(int expectedBytes) {
        bytes = new byte[Math.max(16, expectedBytes)];
    }

    RowWriter oneByte(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    RowWriter varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) ((rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        return this;
    }

    RowWriter int4(int value) {
        room(Integer.BYTES);
        KeyCodec.putInt(bytes, length, value);
        length += Integer.BYTES;
        return this;
    }

    RowWriter long8(long value) {
        room(Long.BYTES);
        KeyCodec.putLong(bytes, length, value);
        length += Long.BYTES;
        return this;
    }

    RowWriter bytes(byte[] source) {
        room(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
        return this;
    }

    /** A length as varint, then the bytes. */
    RowWriter sized(byte[] source) {
        return varint(source.length).bytes(source);
    }

    byte[] sealWith(byte[] rowKey) {
        int4(checksum(rowKey, bytes, length));
        return Arrays.copyOf(bytes, length);
    }

    static int checksum(byte[] rowKey, byte[] row, int rowBytes) {
        var crc = new CRC32C();
        crc.update(rowKey, 0, rowKey.length);
        crc.update(row, 0, rowBytes);
        return (int) crc.getValue();
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
