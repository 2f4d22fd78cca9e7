package io.skipstone.consensus;

import io.skipstone.model.Consistency;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Leases of a node that leads its group.
 *
 * <p>A leader that was deposed without knowing it must not say that a lease lives on: the next one counts from when it began. So each answer
 * waits for a read point that was asked for after the request came, as a linearizable read does, and is given only if this node has led
 * without a break.
 */
final class OwnLeases implements Leases {
    private final Leadership leadership;
    private final LeaseKeeper keeper;
    private final ReadPoints points;
    private final AppliedIndex applied;
    private final Reader reader;
    private final long timeoutMillis;

    /**
     * @param points of this node, while it leads
     */
    OwnLeases(
            Leadership leadership,
            LeaseKeeper keeper,
            ReadPoints points,
            AppliedIndex applied,
            Reader reader,
            long timeoutMillis) {
        this.leadership = leadership;
        this.keeper = keeper;
        this.points = points;
        this.applied = applied;
        this.reader = reader;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public CompletionStage<Alive> keepAlive(long id) {
        try {
            leadership.requireServing();
            long epoch = leadership.epoch();
            // At once, so that it does not expire while the group is asked.
            keeper.extend(epoch, id);
            return inStore(id, epoch, lease -> keeper.keep(epoch, lease));
        } catch (SkipstoneException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    @Override
    public CompletionStage<Alive> timeToLive(long id) {
        try {
            leadership.requireServing();
            long epoch = leadership.epoch();
            return inStore(id, epoch, lease -> keeper.remainingMillis(epoch, lease));
        } catch (SkipstoneException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private CompletionStage<Alive> inStore(long id, long epoch, Function<GrantedLease, Long> remainingMillis) {
        return points.next(Timestamp.NONE)
                .thenCompose(point -> reached(point.index()))
                .thenCompose(_ -> reader.lease(id, Consistency.LOCAL))
                .thenApply(found -> {
                    GrantedLease lease = found.value().orElseThrow(() -> notFound(id));
                    long millis = remainingMillis.apply(lease);
                    if (leadership.epoch() != epoch || !leadership.isServing()) {
                        throw new NotReady("this node lost the lead meanwhile; wait and repeat");
                    }
                    return new Alive(lease, millis);
                });
    }

    private CompletionStage<Boolean> reached(long index) {
        return applied.reach(index, timeoutMillis)
                .exceptionallyCompose(late -> CompletableFuture.failedFuture(
                        new NotReady("the store of the leader is behind its log; wait and repeat")));
    }

    private static BadRequest notFound(long id) {
        return new BadRequest(
                "lease_not_found",
                "there is no lease " + id + ": it expired, was revoked or never granted; grant a new one");
    }
}
