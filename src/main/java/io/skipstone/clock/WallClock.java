package io.skipstone.clock;

/** The time of day, as the machine believes it. May stand still, jump ahead and jump back. */
@FunctionalInterface
public interface WallClock {
    /** Milliseconds since 1970 (UTC). */
    long millis();
}
