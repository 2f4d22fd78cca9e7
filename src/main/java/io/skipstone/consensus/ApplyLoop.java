package io.skipstone.consensus;

import io.skipstone.apply.BatchApplier;
import io.skipstone.apply.Committed;
import io.skipstone.command.Outcome;
import io.skipstone.model.Failpoint;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Position;
import io.skipstone.snapshot.SnapshotPin;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;

/**
 * The one thread that writes to the store. It takes whatever has been agreed on since it last looked and puts it into one
 * transaction, so a lone write waits for nobody and a thousand share one sync.
 *
 * <p>Any failure here ends the process: a replica that skipped an entry is no longer a replica.
 */
final class ApplyLoop {
    /** Most bytes of log in one transaction, unless a single entry is larger. */
    static final long BATCH_BYTES = 4 << 20;

    /** Most items that wait; beyond it Ratis' updater waits. */
    static final int QUEUE_ITEMS = 8 * 1024;

    /** Most bytes that wait. */
    static final long QUEUE_BYTES = 64L << 20;

    /** Rows that one slice of garbage collection looks at: a few milliseconds. */
    static final int COLLECT_ROWS = 1024;

    /** Under unbroken load, one slice of garbage collection after so many batches. */
    private static final int BATCHES_PER_SLICE = 32;

    private static final System.Logger LOG = System.getLogger(ApplyLoop.class.getName());

    /** Most entries in one transaction. */
    private final int batchEntries;

    private final BatchApplier applier;
    private final SnapshotPin pin;
    private final IntPredicate collect;
    private final FailStop failStop;
    private final Observer observer;
    private final WorkQueue queue = new WorkQueue(QUEUE_ITEMS, QUEUE_BYTES);
    private final Thread thread = new Thread(this::run, "apply");

    private final AppliedIndex applied;

    /** Whether the garbage collection may have work: at start, and after the floor was raised. Apply thread only. */
    private boolean mayCollect = true;

    private int batchesSinceSlice;

    ApplyLoop(
            int batchEntries,
            BatchApplier applier,
            SnapshotPin pin,
            IntPredicate collect,
            FailStop failStop,
            Observer observer) {
        this.batchEntries = batchEntries;
        this.applier = applier;
        this.pin = pin;
        this.collect = collect;
        this.failStop = failStop;
        this.observer = observer;
        this.applied = new AppliedIndex(pin.pinned());
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits while the queue is full, so never on the apply thread, which is the one that makes room. Ratis' updater in log order, or
     * whoever asks for a pin. Once this thread has failed, the process is about to be gone: what still comes is dropped. Throwing
     * would send Ratis' updater into an endless loop.
     *
     * @throws InvariantViolation the apply thread hands work to itself, whether or not the queue is full just now
     */
    void hand(Work work) {
        if (Thread.currentThread() == thread) {
            throw new InvariantViolation(
                    "the apply thread handed work to itself: " + work.getClass().getSimpleName());
        }
        if (!queue.put(work)) {
            work.abandon(new IllegalStateException("the apply thread has ended"));
        }
    }

    Optional<Position> applied() {
        return applied.position();
    }

    /** For those who wait until the store has come so far. */
    AppliedIndex appliedIndex() {
        return applied;
    }

    int queuedEntries() {
        return queue.entries();
    }

    /** Finishes what was handed down, then ends. Returns when the thread has ended. */
    void stop() {
        queue.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                // The store is closed after this: the thread must be gone, interrupted or not.
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Work> taken = List.of();
        try {
            while (!queue.isFinished()) {
                taken = queue.take(batchEntries, BATCH_BYTES, !mayCollect);
                process(taken);
                collectIfDue(taken.isEmpty());
            }
        } catch (Throwable failure) {
            halt(failure, taken);
        }
    }

    private void process(List<Work> taken) {
        var batch = new Batch();
        for (Work work : taken) {
            switch (work) {
                case Work.Entry entry -> batch.add(entry);
                case Work.Marker marker when marker.configuration().isEmpty() -> batch.moveTo(marker.position());
                case Work.Marker marker -> {
                    batch = flush(batch);
                    configure(marker);
                }
                case Work.Pin request -> {
                    batch = flush(batch);
                    pin(request.pinned());
                }
                case Work.Exchange exchange -> {
                    batch = flush(batch);
                    exchange(exchange);
                }
                case Work.Then then -> {
                    batch = flush(batch);
                    then.action().run();
                }
            }
        }
        flush(batch);
    }

    /** Writes the batch and tells the outcomes in log order; returns an empty one. */
    private Batch flush(Batch batch) {
        if (!batch.entries.isEmpty()) {
            Failpoint.APPLY_TAKEN.hit();
            long start = System.nanoTime();
            var outcomes = applier.apply(batch.committed(), batch.upTo.orElseThrow());
            Failpoint.APPLY_APPLIED.hit();
            batch.upTo.ifPresent(applied::advance);
            observer.batchApplied(outcomes.size(), batch.bytes, System.nanoTime() - start);
            tell(batch, outcomes);
            Failpoint.APPLY_REPLIED.hit();
        } else {
            batch.upTo.ifPresent(applied::advance);
        }
        return new Batch();
    }

    private void tell(Batch batch, List<Optional<Outcome>> outcomes) {
        int next = 0;
        for (Work.Entry entry : batch.entries) {
            int end = next + entry.entries().size();
            List<Outcome> fresh = outcomes.subList(next, end).stream()
                    .flatMap(Optional::stream)
                    .toList();
            fresh.forEach(this::note);
            entry.completion().applied(fresh);
            next = end;
        }
    }

    private void configure(Work.Marker marker) {
        var replaced = applier.configure(marker.position(), marker.configuration());
        applied.advance(marker.position());
        replaced.ifPresent(before -> observer.configured(marker.position(), before, marker.configuration()));
    }

    private void note(Outcome outcome) {
        if (outcome instanceof Outcome.FloorRaised) {
            mayCollect = true;
        } else if (outcome instanceof Outcome.CeilingRaised) {
            observer.ceilingRaised();
        }
    }

    private void pin(CompletableFuture<Optional<Position>> request) {
        Failpoint.PIN_BEGUN.hit();
        long start = System.nanoTime();
        // Markers live in memory until here: on an idle group they are all there is, and a pin that left them out
        // would let the next start find the store behind its own snapshot.
        applied.position().ifPresent(applier::advance);
        try {
            Optional<Position> pinned = pin.pin();
            // What expires without the floor being raised, such as remembered outcomes, is looked for now and then.
            mayCollect = true;
            pinned.ifPresent(position -> observer.pinned(position, System.nanoTime() - start));
            Failpoint.PIN_PINNED.hit();
            request.complete(pinned);
        } catch (IOException failure) {
            LOG.log(System.Logger.Level.ERROR, "pin failed, the log is kept; pinned=" + pin.pinned(), failure);
            request.completeExceptionally(failure);
        }
    }

    /** Entries that come next lie behind the new store. */
    private void exchange(Work.Exchange request) {
        Position at = request.exchange().get();
        applied.advance(at);
        mayCollect = true;
        request.done().complete(at);
    }

    private void collectIfDue(boolean isIdle) {
        batchesSinceSlice++;
        if (mayCollect && (isIdle || batchesSinceSlice >= BATCHES_PER_SLICE)) {
            mayCollect = collect.test(COLLECT_ROWS);
            batchesSinceSlice = 0;
        }
    }

    private void halt(Throwable failure, List<Work> taken) {
        queue.close();
        int exitCode = failure instanceof InvariantViolation ? FailStop.EXIT_INTEGRITY : FailStop.EXIT_STORAGE;
        failStop.halt(exitCode, "entries could not be applied: " + failure.getMessage(), failure);
        // Reached only where the process outlives its fail-stop, in tests: nobody must wait for ever.
        taken.forEach(work -> work.abandon(failure));
        queue.takeAll().forEach(work -> work.abandon(failure));
    }

    /** Entries that go into one transaction. */
    private static final class Batch {
        private final List<Work.Entry> entries = new ArrayList<>();
        private Optional<Position> upTo = Optional.empty();
        private long bytes;

        void add(Work.Entry entry) {
            entries.add(entry);
            bytes += entry.bytes();
            moveTo(entry.position());
        }

        void moveTo(Position position) {
            upTo = Optional.of(position);
        }

        List<Committed> committed() {
            return entries.stream()
                    .flatMap(entry -> entry.entries().stream().map(one -> new Committed(entry.position(), one)))
                    .toList();
        }
    }
}
