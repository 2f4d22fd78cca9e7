package io.skipstone.clock;

import io.skipstone.model.Timestamp;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hybrid logical clock: close to the wall clock, and never back (Kulkarni et al., Logical Physical Clocks, 2014).
 *
 * <p>Any thread; never blocks. What it knows is gone with the process: whoever starts one lets it {@link #observe} the newest
 * timestamp on disk before it issues the first.
 */
public final class HybridClock {
    private final WallClock wall;

    /** Bits of the newest timestamp issued or observed. Never decreases. */
    private final AtomicLong newest = new AtomicLong();

    public HybridClock(WallClock wall) {
        this.wall = wall;
    }

    /**
     * A timestamp above every one issued or observed before. The 65,537th within one millisecond carries over into the next
     * one: the logical bits lie below the milliseconds, so adding one does it.
     */
    public Timestamp issue() {
        long wallBits = wallBits();
        return new Timestamp(newest.updateAndGet(last -> Math.max(wallBits, last + 1)));
    }

    /** From now on nothing at or below this timestamp is issued, however far ahead of the wall clock it is. */
    public void observe(Timestamp seen) {
        newest.accumulateAndGet(seen.bits(), Math::max);
    }

    /**
     * A time for reads: not below anything issued, observed or told before, and not unique. It is remembered, so that a value
     * that a read has found expired does not come back when the wall clock steps back.
     */
    public Timestamp now() {
        return new Timestamp(newest.accumulateAndGet(wallBits(), Math::max));
    }

    /** The newest timestamp issued, observed or told; {@link Timestamp#NONE} before the first. */
    public Timestamp newest() {
        return new Timestamp(newest.get());
    }

    /** A machine whose clock stands before 1970 counts as being at 1970. */
    private long wallBits() {
        return Timestamp.ofMillis(Math.max(0, wall.millis())).bits();
    }
}
