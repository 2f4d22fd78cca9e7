package io.skipstone.snapshot;

import io.skipstone.clock.WallClock;
import io.skipstone.model.SkipstoneException;
import io.skipstone.store.CopyableStore;
import io.skipstone.store.Directories;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Makes artifacts of the running store in {@code artifact/}, off the apply thread: a compacting copy, synced, opened read-only,
 * and only then described by a manifest. A copy that does not verify is never handed out.
 *
 * <p>One copy at a time. A request is served by a copy that began after it, so everything acknowledged before the request is in
 * it; or by an older one, if the caller allows its age. Any thread.
 */
public final class ArtifactMaker implements ArtifactSource, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ArtifactMaker.class);

    /** Nobody uses an artifact for so long: it is deleted. */
    public static final Duration IDLE = Duration.ofMinutes(10);

    /** Most requests that wait for a copy. */
    public static final int MAX_WAITING = 64;

    /** Most artifacts that are read at a time: each is a whole copy on the disk. */
    public static final int MAX_IN_USE = 4;

    private static final long SWEEP_EVERY_MILLIS = 10_000;

    /** Longest wait for the copy under way when the node stops; then the next start clears up. */
    static final long CLOSE_WAIT_MILLIS = 10_000;

    private final CopyableStore store;
    private final Settings settings;
    private final WallClock wall;
    private final LongSupplier nanoTime;
    private final ArtifactShelf shelf;
    private final ScheduledThreadPoolExecutor worker;

    /** Those who wait for the next copy to begin. The next three are guarded by this. */
    private List<CompletableFuture<Lease>> waiting = new ArrayList<>();

    private Optional<Round> running = Optional.empty();
    private boolean closed;

    /** Changed by the worker only. */
    private volatile Optional<ArtifactCopy> copy = Optional.empty();

    /** On the worker only. */
    private int made;

    /**
     * What the maker is told of its node.
     *
     * @param directory {@code artifact/}; made when missing
     * @param nodeId for the manifest
     * @param version of this server, for the manifest
     * @param keepFreeBytes what the disk must have left beside a copy
     */
    public record Settings(Path directory, String nodeId, String version, long keepFreeBytes) {}

    /** A copy, and those whom it serves. */
    private record Round(long begunNanos, List<CompletableFuture<Lease>> served) {}

    /**
     * Deletes what an earlier process made in the directory; {@code *.skip} files are an operator's and stay.
     *
     * @param store open and known; closed after the maker
     * @throws IOException the directory cannot be made, read or cleared
     */
    public ArtifactMaker(CopyableStore store, Settings settings, WallClock wall) throws IOException {
        this(store, settings, wall, System::nanoTime);
    }

    ArtifactMaker(CopyableStore store, Settings settings, WallClock wall, LongSupplier nanoTime) throws IOException {
        this.store = store;
        this.settings = settings;
        this.wall = wall;
        this.nanoTime = nanoTime;
        this.shelf = new ArtifactShelf(nanoTime);
        Directories.make(settings.directory());
        for (MadeDirectory leftover : MadeDirectory.allIn(settings.directory())) {
            leftover.delete();
        }
        worker = new ScheduledThreadPoolExecutor(
                1, task -> Thread.ofPlatform().name("artifact").daemon().unstarted(task));
        worker.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        var _ = worker.scheduleWithFixedDelay(
                this::sweep, SWEEP_EVERY_MILLIS, SWEEP_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Asks for an artifact. The stage fails with {@link SkipstoneException.OutOfSpace} (the disk has no room for a copy), {@link
     * SkipstoneException.NotReady} (the store never took an entry; or this node stops), {@link SkipstoneException.Overloaded}
     * (more than {@link #MAX_WAITING} wait), or {@link ArtifactException} (the copy failed or did not verify).
     *
     * @param maxAge how long ago the copy may have begun; zero for one that begins after this call
     * @return completes on the thread that makes artifacts: go elsewhere before blocking. The caller closes the lease
     */
    @Override
    public CompletionStage<Lease> request(Duration maxAge) {
        try {
            Optional<Lease> there = maxAge.isZero()
                    ? Optional.empty()
                    : shelf.newestBegunSince(nanoTime.getAsLong() - maxAge.toNanos());
            return there.<CompletionStage<Lease>>map(CompletableFuture::completedFuture)
                    .orElseGet(() -> join(maxAge));
        } catch (ArtifactException failure) {
            return CompletableFuture.failedFuture(failure);
        }
    }

    private synchronized CompletionStage<Lease> join(Duration maxAge) {
        if (closed) {
            return CompletableFuture.failedFuture(stopping());
        }
        int everyone =
                waiting.size() + running.map(round -> round.served().size()).orElse(0);
        if (everyone >= MAX_WAITING) {
            return CompletableFuture.failedFuture(
                    new SkipstoneException.Overloaded(MAX_WAITING + " requests wait for an artifact; ask again later"));
        }
        if (shelf.inUse() >= MAX_IN_USE) {
            return CompletableFuture.failedFuture(new SkipstoneException.Overloaded(
                    MAX_IN_USE + " artifacts are being downloaded; ask again later, or allow an older one"));
        }
        var mine = new CompletableFuture<Lease>();
        running.filter(round -> isYoungEnough(round, maxAge))
                .map(Round::served)
                .orElse(waiting)
                .add(mine);
        if (running.isEmpty() && waiting.size() == 1) {
            worker.execute(this::makeOne);
        }
        return mine;
    }

    private boolean isYoungEnough(Round round, Duration maxAge) {
        return !maxAge.isZero() && nanoTime.getAsLong() - round.begunNanos() <= maxAge.toNanos();
    }

    private static SkipstoneException.NotReady stopping() {
        return new SkipstoneException.NotReady("this node stops; ask another one");
    }

    private void makeOne() {
        Round round = beginRound();
        List<Runnable> answers;
        try (Lease lease = make(round.begunNanos())) {
            String id = lease.artifact().id();
            answers = endRound(round).stream().map(future -> answer(future, id)).toList();
        } catch (RuntimeException | Error failure) {
            // Whatever it is, those who wait are told, and it is theirs to say more.
            answers = endRound(round).stream()
                    .map(future -> answer(future, failure))
                    .toList();
        }
        answers.forEach(Runnable::run);
    }

    private synchronized Round beginRound() {
        var round = new Round(nanoTime.getAsLong(), waiting);
        waiting = new ArrayList<>();
        running = Optional.of(round);
        return round;
    }

    private synchronized List<CompletableFuture<Lease>> endRound(Round round) {
        running = Optional.empty();
        if (!waiting.isEmpty()) {
            worker.execute(this::makeOne);
        }
        return round.served();
    }

    private Runnable answer(CompletableFuture<Lease> future, String id) {
        try {
            Lease lease = shelf.lease(id).orElseThrow();
            return () -> {
                if (!future.complete(lease)) {
                    lease.close();
                }
            };
        } catch (RuntimeException failure) {
            return answer(future, failure);
        }
    }

    private static Runnable answer(CompletableFuture<Lease> future, Throwable failure) {
        return () -> future.completeExceptionally(failure);
    }

    private Lease make(long begunNanos) {
        try {
            return copy(begunNanos);
        } catch (SkipstoneException.OutOfSpace full) {
            if (shelf.deleteUnused()) {
                return copy(begunNanos);
            }
            throw full;
        }
    }

    private Lease copy(long begunNanos) {
        var begun = ArtifactCopy.begin(store, settings, wall, ++made);
        copy = Optional.of(begun);
        try {
            Lease lease = begun.make(directory -> shelf.add(directory, begunNanos));
            LOG.infof(
                    "artifact made id=%s applied=%s bytes=%d millis=%d",
                    lease.artifact().id(),
                    lease.artifact().manifest().contents().applied(),
                    lease.artifact().lengthBytes(),
                    TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begunNanos));
            return lease;
        } finally {
            copy = Optional.empty();
        }
    }

    /** A lease on an artifact that is still there, to go on with a download that was cut off. */
    @Override
    public Optional<Lease> lease(String id) {
        return shelf.lease(id);
    }

    /** How far the copy under way has come; empty while there is none. Cheap. */
    @Override
    public Optional<Making> making() {
        return copy.map(ArtifactCopy::making);
    }

    void sweep() {
        shelf.sweep(IDLE.toNanos());
    }

    /** A copy under way: it is written, then read once more. The total is an estimate until the copy is written. */
    public record Making(long doneBytes, long totalBytes) {}

    /** Keeps an artifact from being deleted. Closed once or more; nothing of the artifact may be used afterwards. */
    public interface Lease extends AutoCloseable {
        Artifact artifact();

        @Override
        void close();
    }

    /** Takes no more requests, fails those that wait, waits for a copy under way, and deletes what it made. Before the store's close. */
    @Override
    public void close() {
        refuseAll();
        worker.shutdown();
        try {
            if (!worker.awaitTermination(CLOSE_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.warnf("a copy is still under way, the next start clears it away dir=%s", settings.directory());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        shelf.clear();
    }

    private void refuseAll() {
        List<CompletableFuture<Lease>> refused;
        synchronized (this) {
            closed = true;
            refused = waiting;
            waiting = new ArrayList<>();
        }
        refused.forEach(future -> future.completeExceptionally(stopping()));
    }
}
