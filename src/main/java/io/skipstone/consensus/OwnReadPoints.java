package io.skipstone.consensus;

import io.skipstone.clock.HybridClock;
import io.skipstone.model.Position;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Holding;
import io.skipstone.snapshot.SnapshotPin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Read points of a node that leads its group.
 *
 * <p>Alone with a vote, nobody else can lead, and every acknowledged write is in this node's store: there is nothing to wait for. With
 * more voters the node makes sure by a barrier that it still leads.
 */
final class OwnReadPoints implements ReadPoints {
    private final Leadership leadership;
    private final Standing standing;
    private final ClockCeiling ceiling;
    private final HybridClock clock;
    private final SnapshotPin pin;
    private final AppliedIndex applied;
    private final ReadBarrier barrier;

    OwnReadPoints(
            Leadership leadership,
            Standing standing,
            ClockCeiling ceiling,
            HybridClock clock,
            SnapshotPin pin,
            AppliedIndex applied,
            ReadBarrier barrier) {
        this.leadership = leadership;
        this.standing = standing;
        this.ceiling = ceiling;
        this.clock = clock;
        this.pin = pin;
        this.applied = applied;
        this.barrier = barrier;
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
        long term = standing.term();
        Timestamp now = clock.now();
        if (pass.isAfter(now)) {
            throw new BadRequest(
                    "at_in_future",
                    "the read asks for timestamp " + pass + ", the clock of the group stands at " + now
                            + "; ask for that or earlier");
        }
        return pass.equals(Timestamp.NONE) ? newest(term, now) : past(term, now, pass);
    }

    private CompletionStage<ReadPoint> newest(long term, Timestamp now) {
        long index = applied.index();
        if (standing.isAlone()) {
            return CompletableFuture.completedStage(new ReadPoint(term, index, now));
        }
        return behindABarrier(term, now);
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
        return barrier.pass().thenApply(_ -> new ReadPoint(term, applied.index(), now));
    }
}
