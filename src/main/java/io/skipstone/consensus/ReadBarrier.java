package io.skipstone.consensus;

import io.skipstone.command.Command;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One entry in the log for all reads that wait for one. A read joins the next barrier, never the one on its way: that one may have got
 * its place in the log before the read began.
 */
final class ReadBarrier {
    private final Supplier<CompletionStage<Outcome>> propose;

    private boolean onItsWay;
    private @Nullable CompletableFuture<Outcome> next;

    ReadBarrier(Proposer proposer) {
        this.propose = () -> proposer.propose(new Command.Barrier(), Once.EACH_TIME);
    }

    /** Completes when everything proposed before this call is in the store. Never blocks. */
    CompletionStage<Outcome> pass() {
        CompletableFuture<Outcome> mine;
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

    private void send(CompletableFuture<Outcome> barrier) {
        proposed().whenComplete((outcome, failure) -> {
            sendNext();
            if (failure == null) {
                barrier.complete(outcome);
            } else {
                barrier.completeExceptionally(failure);
            }
        });
    }

    /** Whatever goes wrong is told to those who wait: a barrier that never ends would hold up all that come later. */
    private CompletionStage<Outcome> proposed() {
        try {
            return propose.get();
        } catch (RuntimeException failure) {
            return CompletableFuture.failedStage(failure);
        }
    }

    private void sendNext() {
        CompletableFuture<Outcome> waiting;
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
