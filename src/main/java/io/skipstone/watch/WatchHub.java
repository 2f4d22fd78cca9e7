package io.skipstone.watch;

import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ChangePlace;
import io.skipstone.store.ReadView;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The one reader of the change log, which tells all watches of this node (docs/decisions/0016-watches.md).
 *
 * <p>Watches that stand at the same place are a {@link Cohort}, and go through the log together: those that are up to date, and those that
 * catch up. A cohort that comes to where another one stands joins it, so no change is missed or told twice where they meet. Whoever
 * cannot take more leaves its cohort, and comes back to one when it can.
 *
 * <p>All of it is done by one thread in steps of bounded length. Whoever writes to the store only {@link #signal signals}.
 */
public final class WatchHub implements Watches, AutoCloseable {
    /** How often is looked who is to be told of progress, and who is stalled. */
    static final long TICK_MILLIS = 50;

    private final Store store;
    private final WatchLimits limits;
    private final LongSupplier nanos;
    private final Consumer<Throwable> onFailure;
    private final Thread thread;
    private final Queue<Runnable> requests = new ConcurrentLinkedQueue<>();
    private final AtomicInteger watches = new AtomicInteger();
    private final AtomicLong queuedBytes = new AtomicLong();
    private final AtomicLong slow = new AtomicLong();
    private volatile boolean draining;
    private volatile boolean closed;
    private volatile boolean signalled;
    private volatile long lag;

    /** By where they stand. Hub thread only, as all that follows. */
    private final TreeMap<ChangePlace, Cohort> cohorts = new TreeMap<>();

    /** Those that have too much to take already. */
    private final Set<Watch> full = new LinkedHashSet<>();

    private final Set<Watch> all = new LinkedHashSet<>();
    private final Set<Watch> toldProgress = new HashSet<>();
    private final List<Opening> openings = new ArrayList<>();

    /** The floor that the cohorts were last compared with. */
    private Timestamp floor = Timestamp.NONE;

    private long lastTickNanos;

    /** A watch that nobody has decided on. */
    private record Opening(WatchSpec spec, Runnable ready, CompletableFuture<Watch> opened) {}

    /**
     * @param nanos a clock that goes on evenly
     * @param onFailure told when the store cannot be read, or contradicts itself; nobody is told anything any more
     */
    public WatchHub(Store store, WatchLimits limits, LongSupplier nanos, Consumer<Throwable> onFailure) {
        this.store = store;
        this.limits = limits;
        this.nanos = nanos;
        this.onFailure = onFailure;
        this.thread = Thread.ofPlatform().name("watch").daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** The store has come further, or something else is to be done. Any thread; returns at once. */
    public void signal() {
        signalled = true;
        LockSupport.unpark(thread);
    }

    @Override
    public CompletionStage<Watch> watch(WatchSpec spec, Runnable ready) {
        if (draining) {
            return CompletableFuture.failedFuture(leaving());
        }
        if (watches.incrementAndGet() > limits.watches()) {
            watches.decrementAndGet();
            return CompletableFuture.failedFuture(new Overloaded("this node has " + limits.watches()
                    + " watches, which is its limit; end some, or ask another node"));
        }
        var opening = new Opening(spec, ready, new CompletableFuture<>());
        request(() -> openings.add(opening));
        if (closed) {
            // The thread may have looked for the last time already.
            opening.opened.completeExceptionally(leaving());
        }
        return opening.opened;
    }

    /** Cancels every watch, each with where to go on elsewhere, and takes no new ones. */
    public void drain() {
        draining = true;
        request(() -> List.copyOf(all).forEach(watch -> cancel(watch, leaving(), 0)));
    }

    /** Watches that are open, or about to be. */
    public int watches() {
        return watches.get();
    }

    /** Watches that were cancelled because they took too little. */
    public long cancelledSlow() {
        return slow.get();
    }

    /** How many revisions the last of the watches is behind the store. */
    public long lag() {
        return lag;
    }

    /** Bytes of events that wait to be taken; an event counts for each watch that it waits in. */
    public long waitingBytes() {
        return queuedBytes.get();
    }

    /** Drains, and returns when no view is open any more. */
    @Override
    public void close() {
        drain();
        closed = true;
        signal();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    WatchLimits limits() {
        return limits;
    }

    long nanos() {
        return nanos.getAsLong();
    }

    /** How many watches wait for room. */
    int fullWatches() {
        return full.size();
    }

    boolean fits(long bytes) {
        return queuedBytes.get() + bytes <= limits.totalBytes();
    }

    void queued(long bytes) {
        queuedBytes.addAndGet(bytes);
    }

    void progressAsked(Watch watch) {
        request(() -> toldProgress.add(watch));
    }

    void leave(Watch watch) {
        request(() -> remove(watch));
    }

    private void request(Runnable request) {
        requests.add(request);
        signal();
    }

    private static NotReady leaving() {
        return new NotReady("node_leaving", "this node leaves; go on at another one");
    }

    private void run() {
        try {
            while (!closed) {
                signalled = false;
                if (!step() && !signalled) {
                    await();
                }
            }
        } catch (Throwable failure) {
            // A store that cannot be read, or contradicts itself, must not be told of either.
            onFailure.accept(failure);
        } finally {
            draining = true;
            closed = true;
            runRequests();
            List.copyOf(all).forEach(watch -> cancel(watch, leaving(), 0));
            openings.forEach(opening -> refuse(opening, leaving()));
        }
    }

    private void await() {
        if (all.isEmpty()) {
            LockSupport.park(this);
        } else {
            LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS));
        }
    }

    /** Does what is to be done now, within bounds; returns whether more is. Hub thread, or a test in its place. */
    boolean step() {
        runRequests();
        boolean more = read();
        tick();
        return more || !requests.isEmpty();
    }

    private void runRequests() {
        for (Runnable request = requests.poll(); request != null; request = requests.poll()) {
            request.run();
        }
    }

    private boolean read() {
        takeBackThoseWithRoom();
        StoreMeta meta = store.meta();
        if (openings.isEmpty()
                && cohortBehind(meta.revision()).isEmpty()
                && meta.gcFloor().equals(floor)) {
            return false;
        }
        try (ReadView view = store.read()) {
            floor = view.meta().gcFloor();
            long lowest = view.newestRevision(floor) + 1;
            cancelBelow(lowest);
            openings.forEach(opening -> open(opening, view, lowest));
            openings.clear();
            return sweep(view);
        }
    }

    private void takeBackThoseWithRoom() {
        for (Watch watch : List.copyOf(full)) {
            if (watch.takesMore()) {
                full.remove(watch);
                join(watch);
            }
        }
    }

    private void join(Watch watch) {
        cohorts.computeIfAbsent(watch.next(), place -> new Cohort()).add(watch);
    }

    /** The cohort that is the furthest of those with something to read. */
    private Optional<ChangePlace> cohortBehind(long revision) {
        return Optional.ofNullable(cohorts.lowerKey(ChangePlace.before(revision + 1)));
    }

    /** The furthest first: who is up to date does not wait for those who catch up, and they wait for one stretch at most. */
    private boolean sweep(ReadView view) {
        long revision = view.meta().revision();
        cohortBehind(revision).ifPresent(place -> sweep(view, place));
        cohortBehind(revision).map(furthest -> cohorts.firstKey()).ifPresent(place -> sweep(view, place));
        return cohortBehind(revision).isPresent();
    }

    private void sweep(ReadView view, ChangePlace from) {
        Cohort cohort = cohorts.remove(from);
        ChangePlace end = ChangePlace.before(view.meta().revision() + 1);
        ChangePlace next = cohorts.isEmpty()
                ? end
                : Optional.ofNullable(cohorts.higherKey(from)).orElse(end);
        var sweep = new Sweep(view, cohort, from, next.compareTo(end) < 0 ? next : end, nanos());
        ChangePlace to = sweep.run();
        full.addAll(sweep.refused());
        cohort.all().forEach(watch -> watch.moveTo(to));
        if (!cohort.isEmpty()) {
            merge(to, cohort);
        }
    }

    /** The smaller one joins the larger one. */
    private void merge(ChangePlace place, Cohort cohort) {
        Cohort here = cohorts.remove(place);
        Cohort large = here == null || here.interests() < cohort.interests() ? cohort : here;
        if (here != null) {
            (large == cohort ? here : cohort).all().forEach(large::add);
        }
        cohorts.put(place, large);
    }

    private void cancelBelow(long lowest) {
        Map<ChangePlace, Cohort> gone = cohorts.headMap(ChangePlace.before(lowest), false);
        List<Watch> lost = new ArrayList<>();
        gone.values().forEach(cohort -> lost.addAll(cohort.all()));
        full.stream().filter(watch -> watch.next().revision() < lowest).forEach(lost::add);
        lost.forEach(watch -> cancel(watch, new Compacted(floor, lowest), lowest));
    }

    private void open(Opening opening, ReadView view, long lowest) {
        long newest = view.meta().revision();
        switch (opening.spec.from()) {
            case WatchFrom.Now _ -> open(opening, newest + 1, Timestamp.NONE);
            case WatchFrom.Revision(var revision) -> openFrom(opening, Math.max(1, revision), Timestamp.NONE, lowest);
            case WatchFrom.Time(var timestamp, var revision) -> {
                long before = view.newestRevision(new Timestamp(timestamp.bits() - 1));
                openFrom(opening, Math.max(before + 1, revision), timestamp, lowest);
            }
        }
    }

    private void openFrom(Opening opening, long revision, Timestamp notBefore, long lowest) {
        if (revision < lowest) {
            refuse(opening, new Compacted(floor, lowest));
        } else {
            open(opening, revision, notBefore);
        }
    }

    private void open(Opening opening, long revision, Timestamp notBefore) {
        if (draining) {
            refuse(opening, leaving());
            return;
        }
        var watch = new Watch(this, opening.spec, opening.ready, revision, notBefore);
        all.add(watch);
        join(watch);
        if (!opening.opened.complete(watch)) {
            watch.close();
        }
    }

    private void refuse(Opening opening, SkipstoneException why) {
        watches.decrementAndGet();
        opening.opened.completeExceptionally(why);
    }

    private void cancel(Watch watch, SkipstoneException why, long lowest) {
        remove(watch);
        watch.cancel(why, lowest);
    }

    private void remove(Watch watch) {
        if (!all.remove(watch)) {
            return;
        }
        watches.decrementAndGet();
        full.remove(watch);
        toldProgress.remove(watch);
        Cohort cohort = cohorts.get(watch.next());
        if (cohort != null) {
            cohort.remove(watch);
            if (cohort.isEmpty()) {
                cohorts.remove(watch.next());
            }
        }
    }

    private void tick() {
        long now = nanos();
        long revision = store.meta().revision();
        toldProgress.stream().filter(all::contains).forEach(watch -> watch.tellProgress(revision, now));
        toldProgress.clear();
        if (now - lastTickNanos < TimeUnit.MILLISECONDS.toNanos(TICK_MILLIS)) {
            return;
        }
        lastTickNanos = now;
        lag = Math.max(0, revision + 1 - lowestNext(revision + 1));
        all.forEach(watch -> watch.tellProgress(revision, now));
        long stallNanos = TimeUnit.MILLISECONDS.toNanos(limits.stallMillis());
        for (Watch watch : List.copyOf(full)) {
            if (watch.isStalled(now, stallNanos)) {
                slow.incrementAndGet();
                cancel(watch, new Overloaded("slow_watcher", tooSlow()), 0);
            }
        }
    }

    private long lowestNext(long atMost) {
        long ofCohorts = cohorts.isEmpty() ? atMost : cohorts.firstKey().revision();
        return full.stream().mapToLong(watch -> watch.next().revision()).reduce(Math.min(atMost, ofCohorts), Math::min);
    }

    private String tooSlow() {
        return "the watcher took nothing for " + limits.stallMillis() + " ms while " + limits.bufferBytes()
                + " bytes waited for it; take faster, or watch less, and go on from the revision named here";
    }
}
