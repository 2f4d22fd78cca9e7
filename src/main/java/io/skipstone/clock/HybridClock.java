package io.skipstone.clock;

import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A hybrid logical clock: close to the wall clock, and never back (Kulkarni et al., Logical Physical Clocks, 2014). It issues and
 * tells nothing above the ceiling that its group has agreed on, so whoever starts above that ceiling starts above all of it
 * (docs/decisions/0010-clock-ceiling.md).
 *
 * <p>Any thread; never blocks. What it knows is gone with the process: whoever starts one lets it {@link #observe} the newest
 * timestamp and the ceiling on disk before it issues the first.
 */
public final class HybridClock {
    /** A ceiling is asked for so far above the wall clock. */
    public static final long WINDOW_MILLIS = 3_000;

    /** A ceiling is asked for at least so far above the newest timestamp, when the wall clock lies behind that. */
    static final long ROOM_MILLIS = 100;

    /**
     * Below the ceiling, out of the wall clock's reach: 3.2 million timestamps for entries that were let in while the clock was
     * covered, and are stamped when the wall clock has passed the ceiling.
     */
    static final long RESERVE_MILLIS = 50;

    private static final long RESERVE_BITS = Timestamp.ofMillis(RESERVE_MILLIS).bits();

    private final WallClock wall;

    /** Bits of the newest timestamp issued, told or observed. Never decreases. */
    private final AtomicLong newest = new AtomicLong();

    /** Bits of the ceiling that is agreed on; 0 before the first. Never decreases. */
    private final AtomicLong ceiling = new AtomicLong();

    public HybridClock(WallClock wall) {
        this.wall = wall;
    }

    /**
     * A timestamp above every one issued, told or observed before, and not above the ceiling. The 65,537th within one millisecond
     * carries over into the next one: the logical bits lie below the milliseconds, so adding one does it.
     *
     * @throws NotReady there is none left below the ceiling
     */
    public Timestamp issue() {
        return issue(Timestamp.NONE);
    }

    /**
     * As {@link #issue()}, for the entry that raises the ceiling to {@code own}: it alone may be stamped above the ceiling before it.
     *
     * @throws NotReady there is none left below both ceilings
     */
    public Timestamp issue(Timestamp own) {
        long bound = Math.max(ceiling.get(), own.bits());
        long highest = Math.min(wallBits(), usable(bound));
        while (true) {
            long last = newest.get();
            if (last >= bound) {
                throw new NotReady(
                        "clock_not_ready",
                        "the clock stands at its ceiling " + new Timestamp(bound) + " until the group has agreed on a"
                                + " higher one; wait and repeat");
            }
            long next = Math.max(highest, last + 1);
            if (newest.compareAndSet(last, next)) {
                return new Timestamp(next);
            }
        }
    }

    /** From now on nothing at or below this timestamp is issued, however far ahead of the wall clock it is. */
    public void observe(Timestamp seen) {
        newest.accumulateAndGet(seen.bits(), Math::max);
    }

    /**
     * A time for reads: not below anything issued, observed or told before, not above the ceiling, and not unique. It is
     * remembered, so that a value that a read has found expired does not come back when the wall clock steps back.
     */
    public Timestamp now() {
        return new Timestamp(newest.accumulateAndGet(Math.min(wallBits(), usable(ceiling.get())), Math::max));
    }

    /** A time for answers that promise nothing: not remembered, and not bound by the ceiling. */
    public Timestamp guess() {
        return new Timestamp(Math.max(newest.get(), wallBits()));
    }

    /** The newest timestamp issued, observed or told; {@link Timestamp#NONE} before the first. */
    public Timestamp newest() {
        return new Timestamp(newest.get());
    }

    /** The group has agreed on this ceiling. One that is lower than the last changes nothing. */
    public void raiseCeiling(Timestamp agreed) {
        ceiling.accumulateAndGet(agreed.bits(), Math::max);
    }

    /**
     * From now on nothing is issued below the ceiling that is agreed on: others may have used all of it. Until the next ceiling
     * nothing is issued at all.
     */
    public void passCeiling() {
        observe(ceiling());
    }

    /** The ceiling that is agreed on; {@link Timestamp#NONE} before the first. */
    public Timestamp ceiling() {
        return new Timestamp(ceiling.get());
    }

    /** Whether timestamps close to the wall clock can be issued: neither it nor the newest timestamp has come to the ceiling. */
    public boolean isCovered() {
        return Math.max(newest.get(), wallBits()) <= usable(ceiling.get());
    }

    /** The ceiling to ask for now. */
    public Timestamp nextCeiling() {
        return new Timestamp(wallBits()).plusMillis(WINDOW_MILLIS).max(newest().plusMillis(ROOM_MILLIS));
    }

    /** What the wall clock shows. */
    public long wallMillis() {
        return wall.millis();
    }

    /** How far the newest timestamp lies ahead of the wall clock; negative while it lies behind. */
    public long aheadMillis() {
        return newest().millis() - wall.millis();
    }

    /** How far the ceiling lies above the wall clock; negative while the clock is idle or cannot get a higher one. */
    public long ceilingDistanceMillis() {
        return ceiling().millis() - wall.millis();
    }

    private static long usable(long bound) {
        return Math.max(0, bound - RESERVE_BITS);
    }

    /** A machine whose clock stands before 1970 counts as being at 1970. */
    private long wallBits() {
        return Timestamp.ofMillis(Math.max(0, wall.millis())).bits();
    }
}
