package io.skipstone.consensus;

import io.skipstone.clock.HybridClock;
import io.skipstone.consensus.Standing.Vote;
import io.skipstone.model.Position;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Holding;
import io.skipstone.snapshot.SnapshotPin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;

/**
 * Read points of a node that leads its group.
 *
 * <p>Alone with a vote, nobody else can lead, and every acknowledged write is in this node's store: there is nothing to wait for. With
 * more voters the node knows by its lease that nobody else has answered anything, or makes sure by a barrier
 * (docs/decisions/0012-read-lease.md).
 */
final class OwnReadPoints implements ReadPoints {
    private final Leadership leadership;
    private final Standing standing;
    private final ClockCeiling ceiling;
    private final HybridClock clock;
    private final SnapshotPin pin;
    private final AppliedIndex applied;
    private final ReadLease lease;
    private final LongFunction<CompletionStage<Long>> proposeBarrier;
    private final ReadBarrier barrier = new ReadBarrier(this::barrier);

    /**
     * @param proposeBarrier proposes a barrier with a lease of so many milliseconds, and completes with its index when the group has
     *     agreed on it
     */
    OwnReadPoints(
            Leadership leadership,
            Standing standing,
            ClockCeiling ceiling,
            HybridClock clock,
            SnapshotPin pin,
            AppliedIndex applied,
            ReadLease lease,
            LongFunction<CompletionStage<Long>> proposeBarrier) {
        this.leadership = leadership;
        this.standing = standing;
        this.ceiling = ceiling;
        this.clock = clock;
        this.pin = pin;
        this.applied = applied;
        this.lease = lease;
        this.proposeBarrier = proposeBarrier;
    }

    @Override
    public CompletionStage<ReadPoint> next(Timestamp pass) {
        try {
            leadership.requireServing();
            return ceiling.covers() ? covered(pass) : ceiling.renew().thenCompose(_ -> covered(pass));
        } catch (SkipstoneException refused) {
            return CompletableFuture.failedStage(refused);
        }
    }

    private CompletionStage<ReadPoint> covered(Timestamp pass) {
        long term = leadership.term();
        Timestamp now = clock.now();
        if (pass.isAfter(now)) {
            throw new BadRequest(
                    "at_in_future",
                    "the read asks for timestamp " + pass + ", the clock of the group stands at " + now
                            + "; ask for that or earlier");
        }
        return pass.equals(Timestamp.NONE) ? newest(term, now) : past(term, now, pass);
    }

    /**
     * What is known to be agreed on is looked at first, then the lease, then the vote: what was true of a later moment was true of the
     * earlier one.
     */
    private CompletionStage<ReadPoint> newest(long term, Timestamp now) {
        long appliedIndex = applied.index();
        long committedIndex = standing.committed();
        boolean isLeased = lease.holds();
        return switch (standing.vote()) {
            case ALONE -> CompletableFuture.completedStage(new ReadPoint(term, appliedIndex, now));
            case SHARED -> isLeased ? leased(new ReadPoint(term, committedIndex, now)) : behindABarrier(term, now);
            case NONE -> behindABarrier(term, now);
        };
    }

    private CompletionStage<ReadPoint> leased(ReadPoint point) {
        if (lease.isAging() && !barrier.isOnItsWay()) {
            // So that whoever reads next need not wait for it. What becomes of it shows when the lease is looked at.
            var _ = barrier.pass();
        }
        return CompletableFuture.completedStage(point);
    }

    /** The clock has passed the timestamp, so nothing that is proposed from now on is stamped with it or below. */
    private CompletionStage<ReadPoint> past(long term, Timestamp now, Timestamp pass) {
        Holding holding = pin.holding();
        if (pass.isAfter(holding.lastCommitTs())) {
            return behindABarrier(term, now);
        }
        long index = holding.applied().map(Position::index).orElse(-1L);
        return CompletableFuture.completedStage(new ReadPoint(term, index, now));
    }

    private CompletionStage<ReadPoint> behindABarrier(long term, Timestamp now) {
        return barrier.pass().thenApply(index -> new ReadPoint(term, index - 1, now));
    }

    private CompletionStage<Long> barrier() {
        ReadLease.Start start = lease.begin();
        long leaseMillis = standing.vote() == Vote.SHARED ? lease.lengthMillis() : 0;
        return proposeBarrier.apply(leaseMillis).thenApply(index -> {
            if (leaseMillis > 0) {
                lease.renew(start);
            }
            return index;
        });
    }
}
