package io.skipstone.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * An immutable byte string, ordered like LMDB orders its keys: byte by byte, unsigned, the shorter first.
 *
 * <p>{@link #wrap} and {@link #array} hand the array over without a copy: whoever gives it away or looks at it does not
 * change it afterwards.
 */
public final class Bytes implements Comparable<Bytes> {
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] array;

    private Bytes(byte[] array) {
        this.array = array;
    }

    /** Takes the array over; the caller does not change it afterwards. */
    public static Bytes wrap(byte[] array) {
        return array.length == 0 ? EMPTY : new Bytes(array);
    }

    public static Bytes utf8(String text) {
        return wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The bytes themselves, for reading only. */
    public byte[] array() {
        return array;
    }

    public int length() {
        return array.length;
    }

    public boolean isEmpty() {
        return array.length == 0;
    }

    public boolean startsWith(Bytes prefix) {
        return array.length >= prefix.array.length
                && Arrays.equals(array, 0, prefix.array.length, prefix.array, 0, prefix.array.length);
    }

    /** The smallest byte string that is greater than every string with this prefix; empty when there is none. */
    public Bytes afterPrefix() {
        int last = array.length - 1;
        while (last >= 0 && array[last] == (byte) 0xFF) {
            last--;
        }
        if (last < 0) {
            return EMPTY;
        }
        byte[] next = Arrays.copyOf(array, last + 1);
        next[last]++;
        return wrap(next);
    }

    /** The smallest byte string that is greater than this one. */
    public Bytes successor() {
        return wrap(Arrays.copyOf(array, array.length + 1));
    }

    public String toUtf8() {
        return new String(array, StandardCharsets.UTF_8);
    }

    @Override
    public int compareTo(Bytes other) {
        return Arrays.compareUnsigned(array, other.array);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(array, that.array);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(array);
    }

    /** Length and the first bytes in hex. Messages that may reach a log name lengths only, never this. */
    @Override
    public String toString() {
        int shown = Math.min(array.length, 24);
        return array.length + ":" + HexFormat.of().formatHex(array, 0, shown) + (shown < array.length ? "…" : "");
    }
}
