package io.skipstone.api;

import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;

/** How long a value lives. */
public final class Ttl {
    /** Stands in an operation for a value that never expires. */
    public static final long NEVER = 0;

    private Ttl() {}

    /** Reads {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d} or plain seconds. */
    public static long parseMillis(String text) {
        int digits = 0;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        long amount = Numbers.parse(text.substring(0, digits), Ttl::bad);
        long unit = unitMillis(text.substring(digits));
        if (amount > Limits.MAX_TTL_MILLIS / unit) {
            throw bad();
        }
        return checked(amount * unit);
    }

    /** The time to live itself, if it is one. */
    public static long checked(long millis) {
        if (millis < 1 || millis > Limits.MAX_TTL_MILLIS) {
            throw bad();
        }
        return millis;
    }

    private static long unitMillis(String unit) {
        return switch (unit) {
            case "ms" -> 1L;
            case "", "s" -> 1000L;
            case "m" -> 60_000L;
            case "h" -> 3_600_000L;
            case "d" -> 86_400_000L;
            default -> throw bad();
        };
    }

    private static BadRequest bad() {
        return new BadRequest(
                "bad_ttl",
                "a time to live is at least 1ms and at most 36500d, written as 500ms, 30s, 5m, 2h, 7d or plain seconds");
    }
}
