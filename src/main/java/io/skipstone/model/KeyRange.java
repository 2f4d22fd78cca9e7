package io.skipstone.model;

import io.skipstone.model.SkipstoneException.BadRequest;

/**
 * The keys from {@code start}, included, to {@code end}, excluded.
 *
 * @param start empty: from the first key
 * @param end empty: to the last key
 */
public record KeyRange(Bytes start, Bytes end) {
    public static final KeyRange ALL = new KeyRange(Bytes.EMPTY, Bytes.EMPTY);

    public KeyRange {
        if (!end.isEmpty() && start.compareTo(end) > 0) {
            throw new BadRequest("range_reversed", "the range's start lies behind its end");
        }
    }

    /** Every key with this prefix; an empty prefix is every key. */
    public static KeyRange prefix(Bytes prefix) {
        return new KeyRange(prefix, prefix.afterPrefix());
    }

    /** Whether no key can be in it. */
    public boolean isEmpty() {
        return !end.isEmpty() && start.equals(end);
    }

    /** Whether {@code start} is the only key in it. */
    public boolean isOneKey() {
        return !start.isEmpty()
                && end.length() == start.length() + 1
                && end.startsWith(start)
                && end.array()[start.length()] == 0;
    }

    public boolean contains(Bytes key) {
        return key.compareTo(start) >= 0 && (end.isEmpty() || key.compareTo(end) < 0);
    }
}
