package io.skipstone.model;

import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.TooLarge;

/** A user's key: any bytes, at least one, at most {@link #MAX_BYTES}; ordered byte by byte, unsigned. */
public record Key(Bytes bytes) implements Comparable<Key> {
    public static final int MAX_BYTES = 64 * 1024;

    public Key {
        if (bytes.isEmpty()) {
            throw new BadRequest("empty_key", "the key is empty; a key has 1 to " + MAX_BYTES + " bytes");
        }
        if (bytes.length() > MAX_BYTES) {
            throw new TooLarge(
                    "key_too_large",
                    "the key has " + bytes.length() + " bytes; a key has 1 to " + MAX_BYTES + " bytes");
        }
    }

    public static Key of(byte[] bytes) {
        return new Key(Bytes.wrap(bytes));
    }

    public static Key utf8(String text) {
        return new Key(Bytes.utf8(text));
    }

    /** The range with this key and no other. */
    public KeyRange asRange() {
        return new KeyRange(bytes, bytes.successor());
    }

    public int length() {
        return bytes.length();
    }

    @Override
    public int compareTo(Key other) {
        return bytes.compareTo(other.bytes);
    }
}
