package io.skipstone.store;

import java.util.stream.LongStream;

/** Seeds of random tests: the same every time, or the one that {@code -Dskipstone.seed=…} names. */
final class Seeds {
    private Seeds() {}

    static LongStream first(int count) {
        Long named = Long.getLong("skipstone.seed");
        return named != null ? LongStream.of(named) : LongStream.rangeClosed(1, count);
    }
}
