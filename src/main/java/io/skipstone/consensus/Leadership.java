package io.skipstone.consensus;

import io.skipstone.model.SkipstoneException.NotReady;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * Whether this node leads its group, has applied everything that was agreed on before it did, and has a clock ceiling of its own: only
 * then may it propose, and only then is its store the newest state.
 *
 * <p>Ratis says a leader is ready when it has handed down the first entry of its term. The entries before that one may still wait for
 * the apply thread. The ceiling that the node then raises is an entry behind all of them: when it is applied, so are they.
 */
final class Leadership {
    private static final System.Logger LOG = System.getLogger(Leadership.class.getName());

    /** Odd while this node serves. Counts up, so that an announcement which was overtaken is recognised. */
    private final AtomicLong epoch = new AtomicLong();

    private final HoldOff holdOff;
    private final BooleanSupplier isAlone;
    private final Runnable onElected;
    private final Runnable onServing;

    /** The epoch in which this node was told that it leads; -1 before the first time. */
    private volatile long electedIn = -1;

    /** The newest term that this node has led in. */
    private volatile long term;

    private volatile boolean draining;

    /** How many hand-overs are under way. */
    private final AtomicInteger holds = new AtomicInteger();

    /**
     * @param isAlone whether nobody else can lead
     * @param onElected run each time this node begins to lead and no other leader's lease holds
     * @param onServing run each time this node begins to serve, by {@link #won}
     */
    Leadership(HoldOff holdOff, BooleanSupplier isAlone, Runnable onElected, Runnable onServing) {
        this.holdOff = holdOff;
        this.isAlone = isAlone;
        this.onElected = onElected;
        this.onServing = onServing;
    }

    /** Ratis' threads, under its locks: returns at once. */
    void lost() {
        epoch.updateAndGet(now -> now % 2 == 0 ? now + 2 : now + 1);
    }

    /** The newest term that this node has led in; 0 before the first. */
    long term() {
        return term;
    }

    /** How long another leader's lease may still hold. */
    HoldOff holdOff() {
        return holdOff;
    }

    /**
     * This node leads, and everything agreed on before has been handed down. It begins with its ceiling when the lease of the leader
     * before is over. Ratis' updater: returns at once.
     *
     * @param inTerm in which it leads
     */
    void elected(long inTerm) {
        long mine = epoch.get();
        term = inTerm;
        long waitNanos = holdOff.remainingNanos(isAlone.getAsBoolean());
        if (waitNanos <= 0) {
            begin(mine);
        } else {
            LOG.log(
                    System.Logger.Level.INFO,
                    "leader waits until the read lease of the leader before is over millis="
                            + TimeUnit.NANOSECONDS.toMillis(waitNanos));
            CompletableFuture.delayedExecutor(waitNanos, TimeUnit.NANOSECONDS).execute(() -> begin(mine));
        }
    }

    private void begin(long electedEpoch) {
        if (epoch.get() == electedEpoch) {
            electedIn = electedEpoch;
            onElected.run();
        }
    }

    /** Names the present state, for {@link #won}. */
    long epoch() {
        return epoch.get();
    }

    /**
     * An entry that this node proposed is applied.
     *
     * @param proposedIn the epoch before it was proposed; the node serves from now on if it has led since
     */
    void won(long proposedIn) {
        if (proposedIn % 2 == 0 && proposedIn == electedIn && epoch.compareAndSet(proposedIn, proposedIn + 1)) {
            onServing.run();
        }
    }

    /** Names the leadership that an epoch belongs to, before it serves and while it does. */
    static long leadershipOf(long anEpoch) {
        return anEpoch / 2;
    }

    /** Whether this node leads and does not serve yet. */
    boolean isElected() {
        return epoch.get() == electedIn;
    }

    /** From now on nothing new is taken. */
    void drain() {
        draining = true;
    }

    boolean isDraining() {
        return draining;
    }

    /** Until {@link #release}, called once for each hold, nothing new is taken, although this node leads: it is about to hand the lead over. */
    void hold() {
        holds.incrementAndGet();
    }

    void release() {
        holds.decrementAndGet();
    }

    boolean isServing() {
        return epoch.get() % 2 == 1 && !draining && holds.get() == 0;
    }

    /**
     * @throws NotReady this node does not serve now
     */
    void requireServing() {
        if (draining) {
            throw new NotReady("this node is shutting down; repeat on another one or after its restart");
        }
        if (!isServing()) {
            throw new NotReady(
                    "this node does not lead its group, or is still applying what was agreed on; wait and repeat");
        }
    }
}
