package io.skipstone.consensus;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One entry in the log for all reads that wait for one. A read joins the next barrier, never the one on its way: that one may have got
 * its place in the log before the read began.
 */
final class ReadBarrier {
    private final Supplier<CompletionStage<Long>> propose;

    private boolean onItsWay;
    private @Nullable CompletableFuture<Long> next;

    /**
     * @param propose proposes a barrier, and completes with its index when the group has agreed on it
     */
    ReadBarrier(Supplier<CompletionStage<Long>> propose) {
        this.propose = propose;
    }

    /**
     * Completes with the index of a barrier that the group has agreed on: everything proposed before this call stands below it. Never
     * blocks.
     */
    CompletionStage<Long> pass() {
        CompletableFuture<Long> mine;
        synchronized (this) {
            if (onItsWay) {
                if (next == null) {
                    next = new CompletableFuture<>();
                }
                return next;
            }
            onItsWay = true;
            mine = new CompletableFuture<>();
        }
        send(mine);
        return mine;
    }

    synchronized boolean isOnItsWay() {
        return onItsWay;
    }

    private void send(CompletableFuture<Long> barrier) {
        proposed().whenComplete((index, failure) -> {
            sendNext();
            if (failure == null) {
                barrier.complete(index);
            } else {
                barrier.completeExceptionally(failure);
            }
        });
    }

    /** Whatever goes wrong is told to those who wait: a barrier that never ends would hold up all that come later. */
    private CompletionStage<Long> proposed() {
        try {
            return propose.get();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private void sendNext() {
        CompletableFuture<Long> waiting;
        synchronized (this) {
            waiting = next;
            next = null;
            onItsWay = waiting != null;
        }
        if (waiting != null) {
            send(waiting);
        }
    }
}
