package io.skipstone.model;

/**
 * A hybrid logical timestamp: 48 bits of milliseconds since 1970 (UTC), then 16 bits that count within one millisecond.
 *
 * @param bits never negative; 0 is {@link #NONE}
 */
public record Timestamp(long bits) implements Comparable<Timestamp> {
    /** No timestamp: before the first commit, or a value that never expires. */
    public static final Timestamp NONE = new Timestamp(0);

    /** Before the first commit, and a timestamp all the same: what a read of the empty store reads at. */
    public static final Timestamp FIRST = new Timestamp(1);

    /** Behind every commit. */
    public static final Timestamp MAX = new Timestamp(Long.MAX_VALUE);

    public static final int LOGICAL_BITS = 16;
    public static final long MAX_MILLIS = Long.MAX_VALUE >> LOGICAL_BITS;
    private static final long LOGICAL_MASK = (1L << LOGICAL_BITS) - 1;

    public Timestamp {
        Invariants.check(bits >= 0, "timestamp is negative: {}", bits);
    }

    public static Timestamp ofMillis(long millis) {
        Invariants.check(millis >= 0 && millis <= MAX_MILLIS, "milliseconds beyond 47 bits: {}", millis);
        return new Timestamp(millis << LOGICAL_BITS);
    }

    /** The last timestamp of that millisecond. */
    public static Timestamp endOfMillis(long millis) {
        return new Timestamp(ofMillis(millis).bits | LOGICAL_MASK);
    }

    public long millis() {
        return bits >>> LOGICAL_BITS;
    }

    public int logical() {
        return (int) (bits & LOGICAL_MASK);
    }

    public boolean isNone() {
        return bits == 0;
    }

    public boolean isAfter(Timestamp other) {
        return bits > other.bits;
    }

    public Timestamp next() {
        return new Timestamp(bits + 1);
    }

    /** This timestamp moved by a duration, at most to {@link #MAX}. */
    public Timestamp plusMillis(long millis) {
        return millis > MAX_MILLIS - millis() ? MAX : new Timestamp(bits + (millis << LOGICAL_BITS));
    }

    public Timestamp max(Timestamp other) {
        return bits >= other.bits ? this : other;
    }

    @Override
    public int compareTo(Timestamp other) {
        return Long.compare(bits, other.bits);
    }

    @Override
    public String toString() {
        return Long.toString(bits);
    }
}
