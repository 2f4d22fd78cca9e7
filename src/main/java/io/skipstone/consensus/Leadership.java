package io.skipstone.consensus;

import io.skipstone.model.SkipstoneException.NotReady;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether this node leads its group, has applied everything that was agreed on before it did, and has a clock ceiling of its own: only
 * then may it propose, and only then is its store the newest state.
 *
 * <p>Ratis says a leader is ready when it has handed down the first entry of its term. The entries before that one may still wait for
 * the apply thread. The ceiling that the node then raises is an entry behind all of them: when it is applied, so are they.
 */
final class Leadership {
    /** Odd while this node serves. Counts up, so that an announcement which was overtaken is recognised. */
    private final AtomicLong epoch = new AtomicLong();

    private final Runnable onElected;
    private final Runnable onServing;

    /** The epoch in which this node was told that it leads; -1 before the first time. */
    private volatile long electedIn = -1;

    private volatile boolean draining;

    /**
     * @param onElected run each time this node begins to lead, by {@link #elected}
     * @param onServing run each time this node begins to serve, by {@link #won}
     */
    Leadership(Runnable onElected, Runnable onServing) {
        this.onElected = onElected;
        this.onServing = onServing;
    }

    /** Ratis' threads, under its locks: returns at once. */
    void lost() {
        epoch.updateAndGet(now -> now % 2 == 0 ? now + 2 : now + 1);
    }

    /** This node leads, and everything agreed on before has been handed down. Ratis' updater: returns at once. */
    void elected() {
        electedIn = epoch.get();
        onElected.run();
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

    boolean isServing() {
        return epoch.get() % 2 == 1 && !draining;
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
