package io.skipstone.watch;

import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ChangePlace;
import io.skipstone.watch.WatchItem.Cancelled;
import io.skipstone.watch.WatchItem.Events;
import io.skipstone.watch.WatchItem.Progress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * One watch, as the hub fills it and as one watcher empties it. {@link #take}, {@link #askProgress} and {@link #close} on any thread; they
 * never wait.
 */
public final class Watch implements AutoCloseable {
    private final WatchHub hub;
    private final WatchSpec spec;
    private final Interest interest;
    private final Runnable ready;

    /** The first change that belongs to the watch. */
    private final long startRevision;

    /** Changes before this are none of the watch's. */
    private final Timestamp notBefore;

    /** Guarded by this, as the next six. */
    private final Deque<WatchItem> queue = new ArrayDeque<>();

    private long queuedBytes;
    private long lastTakenNanos;

    /** Whether an item was refused, and how large it was. */
    private boolean wantsRoom;

    private long wantedBytes;
    private boolean ended;
    private boolean progressAsked;

    /** What the watch has not been told yet begins here. Hub thread only, as the next two. */
    private ChangePlace next;

    /** Whether the watcher has had a fragment of the revision it stands in. */
    private boolean inFragments;

    private long lastToldNanos;

    Watch(WatchHub hub, WatchSpec spec, Runnable ready, long startRevision, Timestamp notBefore) {
        this.hub = hub;
        this.spec = spec;
        this.interest = new Interest(spec.keys(), spec.previous());
        this.ready = ready;
        this.startRevision = startRevision;
        this.notBefore = notBefore;
        this.next = ChangePlace.before(startRevision);
        this.lastToldNanos = hub.nanos();
        this.lastTakenNanos = lastToldNanos;
    }

    public WatchSpec spec() {
        return spec;
    }

    /** What was changed from this revision on belongs to the watch; it may lie in the future. */
    public long startRevision() {
        return startRevision;
    }

    /** The next item, if there is one. After {@link Cancelled} there is none. */
    public Optional<WatchItem> take() {
        boolean hasRoom;
        Optional<WatchItem> taken;
        synchronized (this) {
            taken = Optional.ofNullable(queue.poll());
            taken.ifPresent(item -> release(sizeBytes(item)));
            lastTakenNanos = hub.nanos();
            hasRoom = wantsRoom && hasRoom();
        }
        if (hasRoom) {
            hub.signal();
        }
        return taken;
    }

    /** Asks for a {@link Progress} behind everything that was changed before. Asked again before it came, it comes once. */
    public void askProgress() {
        synchronized (this) {
            progressAsked = true;
        }
        hub.progressAsked(this);
    }

    /** Nobody watches any more. Once or more. */
    @Override
    public void close() {
        synchronized (this) {
            clear();
            ended = true;
        }
        hub.leave(this);
    }

    Interest interest() {
        return interest;
    }

    ChangePlace next() {
        return next;
    }

    void moveTo(ChangePlace place) {
        next = place;
    }

    boolean inFragments() {
        return inFragments;
    }

    synchronized boolean hasEnded() {
        return ended;
    }

    /** Whether it waits in vain for its watcher to take something. */
    synchronized boolean isStalled(long now, long stallNanos) {
        return wantsRoom && !hasRoom() && now - lastTakenNanos > stallNanos;
    }

    /** Whether what was refused before may be offered again. */
    synchronized boolean takesMore() {
        if (wantsRoom && hasRoom()) {
            wantsRoom = false;
        }
        return !wantsRoom;
    }

    private boolean hasRoom() {
        // Not as soon as it fits: one by one, each would be read from a view of its own.
        return queue.isEmpty() || (queuedBytes <= hub.limits().bufferBytes() / 2 && fits(wantedBytes));
    }

    private boolean fits(long bytes) {
        return queuedBytes + bytes <= hub.limits().bufferBytes() && hub.fits(bytes);
    }

    /** Tells what was changed, unless too much waits already: then false, and the watch must come back for it. */
    boolean offer(Events events, long now) {
        if (notBefore.isAfter(events.commitTs())) {
            return true;
        }
        if (!enqueue(events, events.sizeBytes())) {
            return false;
        }
        inFragments = events.isFragment();
        lastToldNanos = now;
        return true;
    }

    private boolean enqueue(WatchItem item, long sizeBytes) {
        boolean wasEmpty;
        synchronized (this) {
            wasEmpty = queue.isEmpty();
            if (ended) {
                return true;
            }
            if (!wasEmpty && !fits(sizeBytes)) {
                wantsRoom = true;
                wantedBytes = sizeBytes;
                return false;
            }
            queue.add(item);
            queuedBytes += sizeBytes;
            hub.queued(sizeBytes);
        }
        if (wasEmpty) {
            ready.run();
        }
        return true;
    }

    /** Tells how far it has come, if that is due; not while the watcher has too much to take already. */
    void tellProgress(long storeRevision, long now) {
        if (!isProgressDue(now)) {
            return;
        }
        lastToldNanos = now;
        long resume = Math.max(startRevision, next.revision());
        enqueue(new Progress(Math.min(resume - 1, storeRevision), resume), 0);
    }

    /** An older word that still waits is taken back for the new one, so that there is never more than one. */
    private synchronized boolean isProgressDue(long now) {
        boolean isDue = progressAsked || now - lastToldNanos >= TimeUnit.MILLISECONDS.toNanos(spec.progressMillis());
        if (!isDue || inFragments || wantsRoom || ended) {
            return false;
        }
        progressAsked = false;
        if (queue.peekLast() instanceof Progress) {
            queue.removeLast();
        }
        return true;
    }

    /** What was not taken is dropped: the watcher gets it from wherever it resumes. */
    void cancel(SkipstoneException why, long lowestRevision) {
        synchronized (this) {
            if (ended) {
                return;
            }
            long resume = Math.max(firstQueuedRevision(), lowestRevision);
            clear();
            ended = true;
            queue.add(new Cancelled(why, resume));
        }
        ready.run();
    }

    private long firstQueuedRevision() {
        return queue.stream()
                .filter(Events.class::isInstance)
                .mapToLong(item -> ((Events) item).revision())
                .findFirst()
                .orElse(Math.max(startRevision, next.revision()));
    }

    private void clear() {
        queue.clear();
        release(queuedBytes);
    }

    private void release(long bytes) {
        queuedBytes -= bytes;
        hub.queued(-bytes);
    }

    private static long sizeBytes(WatchItem item) {
        return switch (item) {
            case Events events -> events.sizeBytes();
            case Progress _, Cancelled _ -> 0;
        };
    }
}
