package io.skipstone.consensus;

import io.skipstone.consensus.LeaseKeeper.Over;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * The ends of leases, on their way in portions by the number of their keys: ends that are agreed on together are applied together, in one
 * transaction, and the apply thread does nothing else meanwhile. The thread that looks, and whoever completes a proposal.
 */
final class LeaseEnds {
    /** Most keys that go with the ends on their way; one lease that has more goes alone. */
    static final long MOST_KEYS = 10_000;

    private final LeaseKeeper keeper;
    private final ToLongFunction<Over> keysOf;
    private final Function<Over, CompletionStage<?>> propose;
    private final AtomicLong keysOnTheWay = new AtomicLong();

    /**
     * @param keysOf how many keys a lease has about now
     * @param propose ends it; complete when the store has the last word
     */
    LeaseEnds(LeaseKeeper keeper, ToLongFunction<Over> keysOf, Function<Over, CompletionStage<?>> propose) {
        this.keeper = keeper;
        this.keysOf = keysOf;
        this.propose = propose;
    }

    /** Ends as many as there is room for, in this order; the rest will be named again at the next look. */
    void end(List<Over> over) {
        boolean isFull = false;
        for (Over next : over) {
            long keys = isFull ? 0 : keysOf.applyAsLong(next);
            isFull = isFull || !fits(keys);
            if (isFull) {
                keeper.settle(next, false);
            } else {
                end(next, keys);
            }
        }
    }

    private boolean fits(long keys) {
        long before = keysOnTheWay.get();
        return before == 0 || before + keys <= MOST_KEYS;
    }

    private void end(Over over, long keys) {
        keysOnTheWay.addAndGet(keys);
        propose.apply(over).whenComplete((_, failure) -> {
            keysOnTheWay.addAndGet(-keys);
            keeper.settle(over, failure == null);
        });
    }
}
