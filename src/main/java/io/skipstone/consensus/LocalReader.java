package io.skipstone.consensus;

import io.skipstone.apply.Queries;
import io.skipstone.apply.QueryResult;
import io.skipstone.clock.HybridClock;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.RangeRead;
import io.skipstone.command.StepResult;
import io.skipstone.model.Consistency;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Holding;
import io.skipstone.snapshot.SnapshotPin;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads from the store of this node.
 *
 * <p>A linearizable read asks for a {@link ReadPoint}, waits until the store has come to it, and reads. If this node has heard of a newer
 * term by then, or has the store of another member that stands further, it begins again: the store may show what the leader that gave the
 * point does not know of (docs/decisions/0012-read-lease.md).
 *
 * <p>The store may touch the disk, so it is read on threads of its own, few of them: they share two caches, LMDB's map and the CPU's.
 */
final class LocalReader implements Reader, AutoCloseable {
    private static final int MAX_THREADS = 16;

    private final Queries queries;
    private final SnapshotPin pin;
    private final HybridClock clock;
    private final ReadPoints points;
    private final AppliedIndex applied;
    private final Standing standing;
    private final FailStop failStop;
    private final Limits limits;
    private final Semaphore permits;
    private final ExecutorService threads = Executors.newFixedThreadPool(
            Math.clamp(2L * Runtime.getRuntime().availableProcessors(), 4, MAX_THREADS),
            Thread.ofPlatform().name(THREAD, 0).daemon().factory());

    LocalReader(RaftParts parts, ReadPoints points, AppliedIndex applied, Standing standing, Limits limits) {
        this.queries = parts.queries();
        this.pin = parts.pin();
        this.clock = parts.clock();
        this.failStop = parts.failStop();
        this.points = points;
        this.applied = applied;
        this.standing = standing;
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
    public CompletionStage<Answer<StepResult.Rows>> range(RangeRead range, int maxBytes, Consistency consistency) {
        return read(ReadAt.LATEST, consistency, now -> queries.range(range, maxBytes, now));
    }

    @Override
    public CompletionStage<Answer<List<StepResult>>> nested(NestedTxn readOnly, int maxBytes, Consistency consistency) {
        return read(ReadAt.LATEST, consistency, now -> queries.nested(readOnly, maxBytes, now));
    }

    @Override
    public CompletionStage<Answer<Optional<Timestamp>>> latestCommit(Key key, Consistency consistency) {
        return read(ReadAt.LATEST, consistency, now -> queries.latestCommit(key, now));
    }

    @Override
    public CompletionStage<Answer<Optional<GrantedLease>>> lease(long id, Consistency consistency) {
        return read(ReadAt.LATEST, consistency, now -> queries.lease(id, now));
    }

    @Override
    public CompletionStage<Answer<List<GrantedLease>>> leases(long afterId, int limit, Consistency consistency) {
        return read(ReadAt.LATEST, consistency, now -> queries.leases(afterId, limit, now));
    }

    @Override
    public CompletionStage<Answer<List<Key>>> leaseKeys(long id, int limit, long maxBytes, Consistency consistency) {
        return read(ReadAt.LATEST, consistency, now -> queries.leaseKeys(id, limit, maxBytes, now));
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
        var read = new Read<>(upTo(at), query, answer);
        if (consistency == Consistency.LOCAL || (consistency == Consistency.SNAPSHOT && holds(at))) {
            run(read, () -> read.finish(queryAt(read, clock.guess())));
        } else {
            read.ask();
        }
        return answer;
    }

    private static Timestamp upTo(ReadAt at) {
        return switch (at) {
            case ReadAt.AtTimestamp(var timestamp) -> timestamp;
            case ReadAt.AtMoment(var moment) -> moment.upTo();
            case ReadAt.Latest _, ReadAt.AtRevision _ -> Timestamp.NONE;
        };
    }

    /** Whether this store can answer for that moment already: what it holds of it is there for ever. */
    private boolean holds(ReadAt at) {
        Holding holding = pin.holding();
        return switch (at) {
            case ReadAt.AtTimestamp _, ReadAt.AtMoment _ -> !upTo(at).isAfter(holding.lastCommitTs());
            case ReadAt.AtRevision(var revision) -> revision <= holding.revision();
            case ReadAt.Latest _ -> false;
        };
    }

    private void run(Read<?> read, Runnable onThread) {
        try {
            threads.execute(() -> guarded(read, onThread));
        } catch (RejectedExecutionException stopped) {
            read.fail(new NotReady("this node is shutting down; repeat after its restart"));
        }
    }

    private void guarded(Read<?> read, Runnable onThread) {
        try {
            onThread.run();
        } catch (SkipstoneException refused) {
            read.fail(refused);
        } catch (Throwable failure) {
            // A store that cannot be read, or contradicts itself, must not answer the next read either.
            int exitCode = failure instanceof InvariantViolation ? FailStop.EXIT_INTEGRITY : FailStop.EXIT_STORAGE;
            failStop.halt(exitCode, "the store could not be read: " + failure.getMessage(), failure);
            read.fail(new NotReady("this node has failed; repeat on another one"));
        }
    }

    private static <T> Answer<T> queryAt(Read<T> read, Timestamp now) {
        QueryResult<T> result = read.query.apply(now);
        return new Answer<>(result.value(), result.moment(), result.revision(), result.applied());
    }

    /** One read on its way. */
    private final class Read<T> {
        private final Timestamp upTo;
        private final Function<Timestamp, QueryResult<T>> query;
        private final CompletableFuture<Answer<T>> answer;
        private final long startNanos = System.nanoTime();

        Read(Timestamp upTo, Function<Timestamp, QueryResult<T>> query, CompletableFuture<Answer<T>> answer) {
            this.upTo = upTo;
            this.query = query;
            this.answer = answer;
        }

        /** The first step; taken again, until the deadline, after each change of the term. */
        void ask() {
            if (remainingMillis() <= 0) {
                fail(waitedInVain());
                return;
            }
            try {
                var _ = points.next(upTo).whenComplete((point, failure) -> {
                    if (failure == null) {
                        await(point);
                    } else {
                        fail(failure);
                    }
                });
            } catch (RuntimeException refused) {
                fail(refused);
            }
        }

        private void await(ReadPoint point) {
            var _ = applied.reach(point.index(), Math.max(1, remainingMillis())).whenComplete((_, late) -> {
                if (late == null) {
                    run(this, () -> answer(point));
                } else {
                    fail(waitedInVain());
                }
            });
        }

        private void answer(ReadPoint point) {
            Answer<T> found = queryAt(this, point.now());
            if (standing.term() <= point.term() && applied.jump() <= point.index()) {
                finish(found);
            } else {
                ask();
            }
        }

        void finish(Answer<T> found) {
            answer.complete(found);
        }

        void fail(Throwable failure) {
            answer.completeExceptionally(asReadFailure(failure));
        }

        private long remainingMillis() {
            return limits.proposalTimeoutMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNanos);
        }
    }

    /** A barrier that may or may not have got through is, to a read, a node that is not ready. */
    private static SkipstoneException asReadFailure(@Nullable Throwable failure) {
        return switch (failure) {
            case CompletionException wrapped when wrapped.getCause() != null -> asReadFailure(wrapped.getCause());
            case OutcomeUnknown _ -> waitedInVain();
            case SkipstoneException known -> known;
            case null, default -> waitedInVain();
        };
    }

    private static NotReady waitedInVain() {
        return new NotReady("the read had to wait for the log and did not get through; wait and repeat");
    }
}
