package io.skipstone.api;

import java.util.function.Supplier;

/** Numbers as clients write them: decimal digits and nothing else. */
public final class Numbers {
    private static final int MAX_DIGITS = 19;

    private Numbers() {}

    /** A number from 0 to {@link Long#MAX_VALUE}, without sign, spaces or leading plus. */
    public static long parse(String text, Supplier<? extends RuntimeException> refusal) {
        if (text.isEmpty() || text.length() > MAX_DIGITS || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw refusal.get();
        }
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            value = value * 10 + (text.charAt(i) - '0');
        }
        // Nineteen digits stay below 2^64, so an overflow always shows as a negative number.
        if (value < 0) {
            throw refusal.get();
        }
        return value;
    }
}
