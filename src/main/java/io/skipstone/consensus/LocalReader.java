package io.skipstone.consensus;

import io.skipstone.apply.Queries;
import io.skipstone.apply.QueryResult;
import io.skipstone.clock.HybridClock;
import io.skipstone.model.Consistency;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.SnapshotPin;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the store of this node.
 *
 * <p>Linearizable in a group of one: every acknowledged write is in this store, nobody else leads, and {@link Leadership} holds reads
 * back until the store has caught up after a start. With more members a read must first make sure that this node still leads.
 *
 * <p>The store may touch the disk, so it is read on threads of its own, few of them: they share two caches, LMDB's map and the CPU's.
 */
final class LocalReader implements Reader, AutoCloseable {
    private static final int MAX_THREADS = 16;

    private final Queries queries;
    private final SnapshotPin pin;
    private final HybridClock clock;
    private final Leadership leadership;
    private final ClockCeiling ceiling;
    private final ReadBarrier barrier;
    private final FailStop failStop;
    private final Limits limits;
    private final Semaphore permits;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 4, MAX_THREADS),
            Thread.ofPlatform().name("read-", 0).daemon().factory());

    LocalReader(RaftParts parts, Leadership leadership, ClockCeiling ceiling, ReadBarrier barrier, Limits limits) {
        this.queries = parts.queries();
        this.pin = parts.pin();
        this.clock = parts.clock();
        this.failStop = parts.failStop();
        this.leadership = leadership;
        this.ceiling = ceiling;
        this.barrier = barrier;
        this.limits = limits;
        this.permits = new Semaphore(limits.reads());
    }

    @Override
    public CompletionStage<Answer<Optional<KeyValue>>> get(Key key, ReadAt at, Consistency consistency) {
        return read(at, consistency, now -> queries.get(key, at, now));
    }

    @Override
    public CompletionStage<Answer<ScanPage>> scan(ScanQuery query, ReadAt at, Consistency consistency) {
        return read(at, consistency, now -> queries.scan(query, at, now));
    }

    @Override
    public CompletionStage<Answer<Long>> count(KeyRange range, ReadAt at, Consistency consistency) {
        return read(at, consistency, now -> queries.count(range, at, now));
    }

    @Override
    public CompletionStage<Answer<Optional<Timestamp>>> latestCommit(Key key, Consistency consistency) {
        return read(ReadAt.LATEST, consistency, now -> queries.latestCommit(key, now));
    }

    /** Reads that run or wait. */
    int inFlight() {
        return limits.reads() - permits.availablePermits();
    }

    @Override
    public void close() {
        threads.close();
    }

    private <T> CompletionStage<Answer<T>> read(
            ReadAt at, Consistency consistency, Function<Timestamp, QueryResult<T>> query) {
        var answer = new CompletableFuture<Answer<T>>();
        if (!permits.tryAcquire()) {
            answer.completeExceptionally(new Overloaded(
                    "too many reads run or wait on this node (" + limits.reads() + "); wait and repeat"));
            return answer;
        }
        var _ = answer.whenComplete((_, _) -> permits.release());
        try {
            if (consistency == Consistency.LINEARIZABLE) {
                leadership.requireServing();
            }
            if (consistency == Consistency.LOCAL || !leadership.isServing() || ceiling.covers()) {
                settle(at, consistency, query, answer);
            } else {
                ceiling.renew().whenComplete(whenWell(answer, () -> settle(at, consistency, query, answer)));
            }
        } catch (SkipstoneException refused) {
            answer.completeExceptionally(refused);
        }
        return answer;
    }

    private <T> void settle(
            ReadAt at,
            Consistency consistency,
            Function<Timestamp, QueryResult<T>> query,
            CompletableFuture<Answer<T>> answer) {
        try {
            settled(at, consistency).whenComplete(whenWell(answer, () -> run(consistency, query, answer)));
        } catch (SkipstoneException refused) {
            answer.completeExceptionally(refused);
        }
    }

    private static <T> BiConsumer<Object, @Nullable Throwable> whenWell(
            CompletableFuture<Answer<T>> answer, Runnable next) {
        return (_, failure) -> {
            if (failure == null) {
                next.run();
            } else {
                answer.completeExceptionally(asReadFailure(failure));
            }
        };
    }

    /**
     * Makes sure that nothing more can be committed at or below the timestamp that is read at, so that the same read gives the same
     * answer for ever: the clock passes the timestamp, then the log is waited for.
     */
    private CompletionStage<?> settled(ReadAt at, Consistency consistency) {
        Timestamp upTo =
                switch (at) {
                    case ReadAt.AtTimestamp(var timestamp) -> timestamp;
                    case ReadAt.AtMoment(var moment) -> moment.upTo();
                    case ReadAt.Latest _, ReadAt.AtRevision _ -> Timestamp.NONE;
                };
        Timestamp now = time(consistency);
        if (upTo.isAfter(now)) {
            throw new BadRequest(
                    "at_in_future",
                    "the read asks for timestamp " + upTo + ", this node's clock stands at " + now
                            + "; ask for that or earlier");
        }
        if (consistency == Consistency.LOCAL || !upTo.isAfter(pin.holding().lastCommitTs())) {
            return CompletableFuture.completedFuture(true);
        }
        clock.observe(upTo);
        return barrier.pass();
    }

    /** A local read promises nothing, so its time binds nobody, and needs nobody's agreement. */
    private Timestamp time(Consistency consistency) {
        return consistency == Consistency.LOCAL ? clock.guess() : clock.now();
    }

    private <T> void run(
            Consistency consistency, Function<Timestamp, QueryResult<T>> query, CompletableFuture<Answer<T>> answer) {
        try {
            threads.execute(() -> answer(consistency, query, answer));
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(new NotReady("this node is shutting down; repeat after its restart"));
        }
    }

    private <T> void answer(
            Consistency consistency, Function<Timestamp, QueryResult<T>> query, CompletableFuture<Answer<T>> answer) {
        try {
            QueryResult<T> result = query.apply(time(consistency));
            answer.complete(new Answer<>(result.value(), result.moment(), result.revision(), result.applied()));
        } catch (SkipstoneException refused) {
            answer.completeExceptionally(refused);
        } catch (Throwable failure) {
            // A store that cannot be read, or contradicts itself, must not answer the next read either.
            int exitCode = failure instanceof InvariantViolation ? FailStop.EXIT_INTEGRITY : FailStop.EXIT_STORAGE;
            failStop.halt(exitCode, "the store could not be read: " + failure.getMessage(), failure);
            answer.completeExceptionally(new NotReady("this node has failed; repeat on another one"));
        }
    }

    /** A barrier that may or may not have got through is, to a read, a node that is not ready. */
    private static SkipstoneException asReadFailure(Throwable failure) {
        return failure instanceof SkipstoneException.OutcomeUnknown || !(failure instanceof SkipstoneException known)
                ? new NotReady("the read had to wait for the log and did not get through; wait and repeat")
                : known;
    }
}
