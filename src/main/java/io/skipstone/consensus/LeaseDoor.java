package io.skipstone.consensus;

import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.SkipstoneException.Overloaded;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** Brings what is asked of leases to the leader. Asking twice does no harm, so it waits for an election. */
final class LeaseDoor implements Leases {
    /** Most requests on their way from this node. */
    static final int MOST_ON_THEIR_WAY = 4_096;

    private final long timeoutMillis;
    private final Leases own;
    private final LeaderCalls leader;
    private final Semaphore permits = new Semaphore(MOST_ON_THEIR_WAY);

    LeaseDoor(long timeoutMillis, Leases own, LeaderCalls leader) {
        this.timeoutMillis = timeoutMillis;
        this.own = own;
        this.leader = leader;
    }

    @Override
    public CompletionStage<Alive> keepAlive(long id) {
        return call(() -> own.keepAlive(id), (peers, to, millisLeft) -> peers.lease(to, id, true, millisLeft));
    }

    @Override
    public CompletionStage<Alive> timeToLive(long id) {
        return call(() -> own.timeToLive(id), (peers, to, millisLeft) -> peers.lease(to, id, false, millisLeft));
    }

    private CompletionStage<Alive> call(Supplier<CompletionStage<Alive>> here, LeaderCalls.Remote<Alive> there) {
        if (!permits.tryAcquire()) {
            return CompletableFuture.failedFuture(
                    new Overloaded("too many requests for leases are on their way from this node (" + MOST_ON_THEIR_WAY
                            + "); wait and repeat"));
        }
        return leader.call(timeoutMillis, here, there, LeaseDoor::mayRepeat).whenComplete((_, _) -> permits.release());
    }

    private static boolean mayRepeat(SkipstoneException failure) {
        return failure instanceof NotReady || failure instanceof OutcomeUnknown;
    }
}
