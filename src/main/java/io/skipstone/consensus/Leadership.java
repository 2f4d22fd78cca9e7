package io.skipstone.consensus;

import io.skipstone.model.SkipstoneException.NotReady;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether this node leads its group and has applied everything that was agreed on before it did: only then may it propose, and only
 * then is its store the newest state.
 *
 * <p>Ratis says a leader is ready when it has handed down the first entry of its term. The entries before that one may still wait for
 * the apply thread, so this says it one step later.
 */
final class Leadership {
    /** Odd while this node serves. Counts up, so that an announcement which was overtaken is recognised. */
    private final AtomicLong epoch = new AtomicLong();

    private final Runnable onServing;

    private volatile boolean draining;

    /**
     * @param onServing run on the apply thread each time this node begins to serve
     */
    Leadership(Runnable onServing) {
        this.onServing = onServing;
    }

    /** Ratis' threads, under its locks: returns at once. */
    void lost() {
        epoch.updateAndGet(now -> now % 2 == 0 ? now + 2 : now + 1);
    }

    /** What to run once everything handed down so far is applied. */
    Runnable won() {
        long seen = epoch.get();
        return () -> {
            if (seen % 2 == 0 && epoch.compareAndSet(seen, seen + 1)) {
                onServing.run();
            }
        };
    }

    /** From now on nothing new is taken. */
    void drain() {
        draining = true;
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
