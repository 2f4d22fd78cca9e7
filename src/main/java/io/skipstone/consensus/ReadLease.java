package io.skipstone.consensus;

import io.skipstone.clock.WallClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * How long this node may answer reads as the leader without asking anybody (docs/decisions/0012-read-lease.md). Each barrier of its own
 * that the group agrees on starts it anew, counted from the moment the barrier was proposed. Any thread.
 *
 * <p>Both clocks must say that it holds: the monotonic one stands still while the machine is suspended, the wall clock is set by others.
 */
final class ReadLease {
    private final Leadership leadership;
    private final LongSupplier nanos;
    private final WallClock wall;
    private final long lengthMillis;
    private final AtomicReference<Start> newest;

    /**
     * A moment before a barrier was proposed.
     *
     * @param epoch of {@link Leadership}
     */
    record Start(long epoch, long nanos, long wallMillis) {}

    /**
     * @param nanos a clock that nobody sets
     * @param lengthMillis 0: never holds
     */
    ReadLease(Leadership leadership, LongSupplier nanos, WallClock wall, long lengthMillis) {
        this.leadership = leadership;
        this.nanos = nanos;
        this.wall = wall;
        this.lengthMillis = lengthMillis;
        // No leadership has this epoch.
        this.newest = new AtomicReference<>(new Start(-1, nanos.getAsLong(), wall.millis()));
    }

    /** What the barrier says to the leaders that follow; 0 when this node takes no leases. */
    long lengthMillis() {
        return lengthMillis;
    }

    /** To be called before the barrier is proposed. */
    Start begin() {
        return new Start(leadership.epoch(), nanos.getAsLong(), wall.millis());
    }

    /** The group has agreed on the barrier that was proposed then. */
    void renew(Start start) {
        newest.accumulateAndGet(start, (have, next) -> isNewer(next, have) ? next : have);
    }

    /** Whether nobody else has answered anything yet. What this node knew to be agreed on before this call is all there is. */
    boolean holds() {
        return holdsFor(lengthMillis);
    }

    /** Whether it should be renewed soon, so that reads need not wait for it. */
    boolean isAging() {
        return !holdsFor(lengthMillis / 2);
    }

    private boolean holdsFor(long millis) {
        Start start = newest.get();
        long elapsedNanos = nanos.getAsLong() - start.nanos;
        long elapsedMillis = wall.millis() - start.wallMillis;
        return elapsedNanos < TimeUnit.MILLISECONDS.toNanos(millis)
                && elapsedMillis >= 0
                && elapsedMillis < millis
                && start.epoch == leadership.epoch()
                && leadership.isServing();
    }

    private static boolean isNewer(Start next, Start have) {
        return next.epoch > have.epoch || (next.epoch == have.epoch && next.nanos - have.nanos > 0);
    }
}
