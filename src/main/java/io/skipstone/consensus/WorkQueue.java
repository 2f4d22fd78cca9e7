package io.skipstone.consensus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Hands work from Ratis' thread to the apply thread. Bounded: whoever puts into a full queue waits. */
final class WorkQueue {
    private final int maxItems;
    private final long maxBytes;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition notEmpty = lock.newCondition();
    private final Condition notFull = lock.newCondition();
    private final ArrayDeque<Work> items = new ArrayDeque<>();
    private long bytes;
    private boolean closed;

    WorkQueue(int maxItems, long maxBytes) {
        this.maxItems = maxItems;
        this.maxBytes = maxBytes;
    }

    /**
     * Waits while the queue is full. A single item larger than the whole queue is taken when the queue is empty.
     *
     * @return whether it was taken; not, if the queue is closed
     * @throws IllegalStateException the thread was told to stop while it waited
     */
    boolean put(Work work) {
        lock.lock();
        try {
            while (!closed && isFullFor(work)) {
                notFull.await();
            }
            if (!closed) {
                items.add(work);
                bytes += work.weight();
                notEmpty.signal();
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the apply queue was full", e);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes what is there, in order, up to the limits, and at least one item.
     *
     * @param mostEntries as they {@link Work#count count}
     * @param waits whether to wait for the first item
     * @return empty if nothing is there and it does not wait, or if the queue is closed and empty
     */
    List<Work> take(int mostEntries, long mostBytes, boolean waits) throws InterruptedException {
        lock.lock();
        try {
            while (waits && !closed && items.isEmpty()) {
                notEmpty.await();
            }
            List<Work> taken = new ArrayList<>(Math.min(mostEntries, items.size()));
            int takenEntries = 0;
            long takenBytes = 0;
            for (Work next = items.peek(); next != null; next = items.peek()) {
                boolean fits = takenEntries + next.count() <= mostEntries && takenBytes + next.weight() <= mostBytes;
                if (!fits && !taken.isEmpty()) {
                    break;
                }
                taken.add(items.remove());
                takenEntries += next.count();
                takenBytes += next.weight();
            }
            bytes -= takenBytes;
            notFull.signalAll();
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more may be put; what is there may still be taken. */
    void close() {
        lock.lock();
        try {
            closed = true;
            notEmpty.signalAll();
            notFull.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Everything that is there, without waiting. */
    List<Work> takeAll() {
        lock.lock();
        try {
            var all = List.copyOf(items);
            items.clear();
            bytes = 0;
            notFull.signalAll();
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing is there and nothing can come. */
    boolean isFinished() {
        lock.lock();
        try {
            return closed && items.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** How many entries of transactions wait, as they {@link Work#count count}. */
    int entries() {
        lock.lock();
        try {
            return items.stream().mapToInt(Work::count).sum();
        } finally {
            lock.unlock();
        }
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    private boolean isFullFor(Work work) {
        return items.size() >= maxItems || (!items.isEmpty() && bytes + work.weight() > maxBytes);
    }
}
