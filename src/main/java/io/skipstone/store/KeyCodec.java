package io.skipstone.store;

import io.skipstone.model.InvariantViolation;
import java.util.Arrays;

/**
 * The order of keys as bytes of rows; docs/formats.md, docs/decisions/0002.
 *
 * <p>An encoded key ends with 00 01 and writes each 00 within as 00 FF. So no encoded key is the beginning of another, and
 * encoded keys are ordered like the keys themselves.
 */
final class KeyCodec {
    static final int CHILD_LAYER_BYTES = 1 + Long.BYTES;

    private static final byte ROOT_TAG = 0;
    private static final byte CHILD_TAG = 1;
    private static final byte ESCAPE = 0;
    private static final byte ESCAPED_ZERO = (byte) 0xFF;
    private static final byte END = 1;
    private static final byte[] ROOT_LAYER = {ROOT_TAG};

    private KeyCodec() {}

    static byte[] encode(byte[] key) {
        int zeros = 0;
        for (byte b : key) {
            zeros += b == 0 ? 1 : 0;
        }
        byte[] encoded = new byte[key.length + zeros + 2];
        int to = 0;
        for (byte b : key) {
            encoded[to++] = b;
            if (b == ESCAPE) {
                encoded[to++] = ESCAPED_ZERO;
            }
        }
        encoded[to++] = ESCAPE;
        encoded[to] = END;
        return encoded;
    }

    static byte[] decode(byte[] encoded) {
        int end = encoded.length - 2;
        if (end < 0 || encoded[end] != ESCAPE || encoded[end + 1] != END) {
            throw new InvariantViolation("an encoded key of " + encoded.length + " bytes has no end");
        }
        byte[] key = new byte[end];
        int to = 0;
        for (int from = 0; from < end; from++) {
            key[to++] = encoded[from];
            if (encoded[from] == ESCAPE) {
                from++;
                if (from == end || encoded[from] != ESCAPED_ZERO) {
                    throw new InvariantViolation("an encoded key of " + encoded.length + " bytes has a stray zero");
                }
            }
        }
        return to == end ? key : Arrays.copyOf(key, to);
    }

    /** What every row key of the first layer starts with. */
    static byte[] rootLayer() {
        return ROOT_LAYER.clone();
    }

    /** What every row key of this child layer starts with. */
    static byte[] childLayer(long childId) {
        byte[] layer = new byte[CHILD_LAYER_BYTES];
        layer[0] = CHILD_TAG;
        putLong(layer, 1, childId);
        return layer;
    }

    /** Newer versions first: the timestamp with all bits turned. */
    static byte[] versionKey(byte[] versionPrefix, long commitTsBits) {
        byte[] key = Arrays.copyOf(versionPrefix, versionPrefix.length + Long.BYTES);
        putLong(key, versionPrefix.length, ~commitTsBits);
        return key;
    }

    static byte[] versionPrefix(byte[] versionKey) {
        return Arrays.copyOf(versionKey, versionKey.length - Long.BYTES);
    }

    static long commitTsBits(byte[] versionKey) {
        return ~getLong(versionKey, versionKey.length - Long.BYTES);
    }

    static boolean isVersionOf(byte[] rowKey, byte[] versionPrefix) {
        return rowKey.length == versionPrefix.length + Long.BYTES && startsWith(rowKey, versionPrefix);
    }

    /** Whether both row keys are versions of one key. */
    static boolean sameKey(byte[] versionKey, byte[] other) {
        int prefix = versionKey.length - Long.BYTES;
        return versionKey.length == other.length && Arrays.equals(versionKey, 0, prefix, other, 0, prefix);
    }

    static boolean startsWith(byte[] rowKey, byte[] prefix) {
        return rowKey.length >= prefix.length && Arrays.equals(rowKey, 0, prefix.length, prefix, 0, prefix.length);
    }

    static byte[] join(byte[] left, byte[] right, int rightFrom, int rightTo) {
        byte[] joined = Arrays.copyOf(left, left.length + rightTo - rightFrom);
        System.arraycopy(right, rightFrom, joined, left.length, rightTo - rightFrom);
        return joined;
    }

    static byte[] longKey(long value) {
        byte[] key = new byte[Long.BYTES];
        putLong(key, 0, value);
        return key;
    }

    static byte[] longIntKey(long high, int low) {
        byte[] key = new byte[Long.BYTES + Integer.BYTES];
        putLong(key, 0, high);
        putInt(key, Long.BYTES, low);
        return key;
    }

    static void putLong(byte[] to, int at, long value) {
        for (int i = 0; i < Long.BYTES; i++) {
            to[at + i] = (byte) (value >>> (56 - 8 * i));
        }
    }

    static long getLong(byte[] from, int at) {
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value = value << 8 | (from[at + i] & 0xFF);
        }
        return value;
    }

    static void putInt(byte[] to, int at, int value) {
        for (int i = 0; i < Integer.BYTES; i++) {
            to[at + i] = (byte) (value >>> (24 - 8 * i));
        }
    }

    static int getInt(byte[] from, int at) {
        int value = 0;
        for (int i = 0; i < Integer.BYTES; i++) {
            value = value << 8 | (from[at + i] & 0xFF);
        }
        return value;
    }
}
