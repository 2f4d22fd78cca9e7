package io.skipstone.consensus;

import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings a request to the leader, whoever that is by then: to this node, or to another member. While nobody leads it waits; what the
 * caller says may be repeated is repeated, until the time is over. Never blocks.
 */
final class LeaderCalls {
    private static final long RETRY_MILLIS = 25;

    private final Leadership leadership;
    private final GroupView group;
    private final PeerCalls peers;

    LeaderCalls(Leadership leadership, GroupView group, PeerCalls peers) {
        this.leadership = leadership;
        this.group = group;
        this.peers = peers;
    }

    /** Asks another member. */
    interface Remote<T> {
        CompletionStage<T> ask(PeerCalls peers, PeerAddress leader, long millisLeft);
    }

    /**
     * The stage fails with a {@link SkipstoneException} and nothing else; with {@link OutcomeUnknown} if any of the attempts may have taken
     * effect.
     *
     * @param local when this node leads
     * @param mayRepeat whether a refusal leaves the same request to be made again
     */
    <T> CompletionStage<T> call(
            long timeoutMillis,
            Supplier<CompletionStage<T>> local,
            Remote<T> remote,
            Predicate<SkipstoneException> mayRepeat) {
        var call =
                new Call<>(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis), local, remote, mayRepeat);
        call.attempt();
        return call.answer;
    }

    /** One request on its way. */
    private final class Call<T> {
        private final long deadlineNanos;
        private final Supplier<CompletionStage<T>> local;
        private final Remote<T> remote;
        private final Predicate<SkipstoneException> mayRepeat;
        private final CompletableFuture<T> answer = new CompletableFuture<>();

        /** Whether an attempt so far may have taken effect, or may do so yet. One attempt is on its way at a time. */
        private volatile boolean mayHaveHappened;

        Call(
                long deadlineNanos,
                Supplier<CompletionStage<T>> local,
                Remote<T> remote,
                Predicate<SkipstoneException> mayRepeat) {
            this.deadlineNanos = deadlineNanos;
            this.local = local;
            this.remote = remote;
            this.mayRepeat = mayRepeat;
        }

        void attempt() {
            try {
                var _ = send().whenComplete(this::onAnswer);
            } catch (RuntimeException failure) {
                onAnswer(null, failure);
            }
        }

        private CompletionStage<T> send() {
            if (leadership.isDraining()) {
                leadership.requireServing();
            }
            if (leadership.isServing()) {
                return local.get();
            }
            Optional<PeerAddress> leader = group.otherLeader();
            return leader.isPresent()
                    ? remote.ask(peers, leader.get(), millisLeft())
                    : CompletableFuture.failedStage(
                            new NotReady("no_leader", "the group has no leader now; wait and repeat"));
        }

        private void onAnswer(@Nullable T value, @Nullable Throwable failure) {
            if (failure == null) {
                answer.complete(value);
                return;
            }
            SkipstoneException refusal = refusal(failure);
            mayHaveHappened |= refusal instanceof OutcomeUnknown;
            if (mayRepeat.test(refusal) && !leadership.isDraining() && millisLeft() > RETRY_MILLIS) {
                Executor later = CompletableFuture.delayedExecutor(RETRY_MILLIS, TimeUnit.MILLISECONDS);
                later.execute(this::attempt);
            } else {
                answer.completeExceptionally(mayHaveHappened ? unknown(refusal) : refusal);
            }
        }

        /** What the last attempt was told says nothing of an earlier one. */
        private static SkipstoneException unknown(SkipstoneException last) {
            return last instanceof OutcomeUnknown
                    ? last
                    : new OutcomeUnknown("an earlier attempt may have taken effect; then: " + last.getMessage());
        }

        private long millisLeft() {
            return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime()));
        }
    }

    private static SkipstoneException refusal(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof SkipstoneException refusal
                ? refusal
                : new OutcomeUnknown("the request may have reached the leader (" + cause.getMessage() + ")");
    }
}
