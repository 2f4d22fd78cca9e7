package io.skipstone.consensus;

import io.skipstone.clock.HybridClock;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Tells the operator when the wall clock goes wrong. The timestamps stay right all the same. One thread at a time. */
final class WallClockWatch {
    /**
     * Differences that are not told. A node that is started again at once begins at its last ceiling, which lies a window ahead of
     * the wall clock.
     */
    static final long TOLERATED_MILLIS = HybridClock.WINDOW_MILLIS + 1_000;

    private static final System.Logger LOG = System.getLogger(WallClockWatch.class.getName());

    private final HybridClock clock;
    private final LongSupplier nanos;
    private long lastWallMillis;
    private long lastNanos;
    private boolean behind;

    /**
     * @param nanos a clock that nobody sets
     */
    WallClockWatch(HybridClock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        this.lastWallMillis = clock.wallMillis();
        this.lastNanos = nanos.getAsLong();
    }

    /** Looks once; each state and each jump is told once. */
    void look() {
        long wallMillis = clock.wallMillis();
        long now = nanos.getAsLong();
        long jump = wallMillis - lastWallMillis - TimeUnit.NANOSECONDS.toMillis(now - lastNanos);
        lastWallMillis = wallMillis;
        lastNanos = now;
        if (jump > TOLERATED_MILLIS) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "wall clock jumped ahead; timestamps follow it, and do not come back aheadMillis=" + jump
                            + " wallMillis=" + wallMillis);
        }
        report(clock.aheadMillis(), wallMillis);
    }

    private void report(long behindMillis, long wallMillis) {
        boolean behindNow = behindMillis > TOLERATED_MILLIS;
        if (behindNow && !behind) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "wall clock stands behind the newest timestamp; timestamps go on from there behindMillis="
                            + behindMillis + " wallMillis=" + wallMillis + " newestMillis="
                            + clock.newest().millis());
        } else if (behind && !behindNow) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "wall clock has caught up with the newest timestamp wallMillis=" + wallMillis);
        }
        behind = behindNow;
    }
}
