package io.skipstone.consensus;

import io.skipstone.command.Command.Barrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * How long a leader that this node follows, or takes over from, may still answer reads without asking anybody
 * (docs/decisions/0012-read-lease.md). Until then this node, if it leads, answers nothing. Any thread.
 */
final class HoldOff {
    /** What a clock of another machine may run slower than ours, within one lease. */
    static final long DRIFT_MARGIN_MILLIS = 100;

    private final LongSupplier nanos;
    private final long beginNanos;

    /** When every lease that this node has heard of is over, after {@link #beginNanos}. */
    private final AtomicLong heardNanos = new AtomicLong();

    /** When every lease is over that this node may have missed or forgotten, after {@link #beginNanos}. */
    private final AtomicLong missedNanos = new AtomicLong();

    /**
     * @param nanos a clock that nobody sets
     */
    HoldOff(LongSupplier nanos) {
        this.nanos = nanos;
        this.beginNanos = nanos.getAsLong();
        missed();
    }

    /** An entry was handed down that lets its leader count on a lease. It was proposed earlier than now. */
    void lease(long leaseMillis) {
        if (leaseMillis > 0) {
            heardNanos.accumulateAndGet(end(leaseMillis), Math::max);
        }
    }

    /** This node holds entries that were never handed down to it: it has just started, or taken in a store of another member. */
    void missed() {
        missedNanos.accumulateAndGet(end(Barrier.MAX_LEASE_MILLIS), Math::max);
    }

    /**
     * How long to wait before answering; 0 or less when no other leader's lease holds.
     *
     * @param isAlone whether nobody else may lead: then what this node has missed was its own
     */
    long remainingNanos(boolean isAlone) {
        long until = isAlone ? heardNanos.get() : Math.max(heardNanos.get(), missedNanos.get());
        return until - (nanos.getAsLong() - beginNanos);
    }

    private long end(long leaseMillis) {
        return nanos.getAsLong() - beginNanos + TimeUnit.MILLISECONDS.toNanos(leaseMillis + DRIFT_MARGIN_MILLIS);
    }
}
