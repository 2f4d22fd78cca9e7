package io.skipstone.command;

import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/** Random numbers that can be had again: {@code -Dskipstone.seed=} runs the seed that a failure named, and no other. */
public final class Seeds {
    private Seeds() {}

    /** Runs the property with {@code count} fresh seeds; a failure names its seed. */
    public static void each(int count, Consumer<Random> property) {
        Long only = Long.getLong("skipstone.seed");
        LongStream seeds = only == null ? new Random().longs(count) : LongStream.of(only);
        seeds.forEach(seed -> {
            try {
                property.accept(new Random(seed));
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("fails with -Dskipstone.seed=" + seed + ": " + e.getMessage(), e);
            }
        });
    }
}
