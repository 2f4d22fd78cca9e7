package io.skipstone.consensus;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Lets the writes of this leader come to their ends before it hands the lead over. An entry in the log of a leader that has stepped down
 * is agreed on by the next one or not, and the old one can no longer say which; so there should be none.
 *
 * <p>Meanwhile nothing new is proposed. Whoever wants to is told {@code NotReady}, which {@link LeaderCalls} repeats, here or on another
 * node, until the new leader takes it: clients see a write that takes longer, and nothing else.
 */
final class Handover {
    /** Writes that take longer are left behind, as at any change of leaders: without a majority they never end. */
    static final long SETTLE_MILLIS = 1_000;

    private static final Executor LATER = CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS);

    private final Leadership leadership;
    private final IntSupplier inFlight;

    /**
     * @param inFlight proposals without an outcome
     */
    Handover(Leadership leadership, IntSupplier inFlight) {
        this.leadership = leadership;
        this.inFlight = inFlight;
    }

    /** When the stage ends, whatever its end, this node proposes again if it still leads. */
    <T> CompletionStage<T> whenSettled(Supplier<CompletionStage<T>> transfer) {
        leadership.hold();
        return settle(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(SETTLE_MILLIS))
                .thenCompose(_ -> transfer.get())
                .whenComplete((_, _) -> leadership.release());
    }

    private CompletionStage<Void> settle(long deadlineNanos) {
        if (inFlight.getAsInt() == 0 || System.nanoTime() - deadlineNanos >= 0) {
            return CompletableFuture.completedStage(null);
        }
        return CompletableFuture.runAsync(() -> {}, LATER).thenCompose(_ -> settle(deadlineNanos));
    }
}
