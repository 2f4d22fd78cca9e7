package io.skipstone.consensus;

import io.skipstone.model.Timestamp;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Finds out when a node that has just started may serve: when its store has come to where its group was. A leader knows that by itself; the
 * others ask for a read point and wait until they have applied it, and ask again for as long as it takes.
 */
final class CatchUp implements AutoCloseable {
    private static final long RETRY_MILLIS = 50;

    private static final long STEP_MILLIS = 5_000;

    private final ReadPoints points;
    private final AppliedIndex applied;
    private final Runnable onCaughtUp;

    private volatile boolean ended;

    /** The index that the node has to come to; -1 while nobody knows. */
    private volatile long target = -1;

    CatchUp(ReadPoints points, AppliedIndex applied, Runnable onCaughtUp) {
        this.points = points;
        this.applied = applied;
        this.onCaughtUp = onCaughtUp;
    }

    void start() {
        if (ended) {
            return;
        }
        var _ = points.next(Timestamp.NONE)
                .thenCompose(point -> {
                    target = point.index();
                    return applied.reach(point.index(), STEP_MILLIS);
                })
                .whenComplete((_, failure) -> {
                    if (failure == null) {
                        end();
                    } else {
                        CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS)
                                .execute(this::start);
                    }
                });
    }

    long target() {
        return target;
    }

    private void end() {
        if (!ended) {
            ended = true;
            onCaughtUp.run();
        }
    }

    @Override
    public void close() {
        ended = true;
    }
}
