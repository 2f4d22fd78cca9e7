package io.skipstone.consensus;

import io.skipstone.model.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * How far the store of this node has come, and who waits for it to come further. One thread advances it; any thread waits. How many
 * wait is bounded by the permits of the reader.
 */
final class AppliedIndex {
    /** Position up to which everything is in the store, or changes nothing. Never goes back. */
    private volatile Optional<Position> applied;

    /** Where a store of another member stands that this one's is, or may be, exchanged for; -1 before the first. */
    private volatile long jump = -1;

    /** Those that wait for the lowest index first. Guarded by itself. */
    private final PriorityQueue<Waiter> waiters = new PriorityQueue<>(Comparator.comparingLong(Waiter::index));

    /** What {@link #waiters} holds, to be looked at without its lock. */
    private volatile int waiting;

    private record Waiter(long index, CompletableFuture<Boolean> reached) {}

    AppliedIndex(Optional<Position> applied) {
        this.applied = applied;
    }

    Optional<Position> position() {
        return applied;
    }

    /** The index of {@link #position}; -1 before the first entry. */
    long index() {
        return applied.map(Position::index).orElse(-1L);
    }

    /** From now on the store may be exchanged for one that stands here, and holds what no leader has said to this node. */
    void mayJumpTo(Position at) {
        jump = at.index();
    }

    /** The index of the newest store that came from another member; -1 if none did. */
    long jump() {
        return jump;
    }

    /** How many wait. */
    int waiting() {
        return waiting;
    }

    /** The thread that applies: everything up to here is in the store. Continues those who waited for it, on this thread. */
    void advance(Position to) {
        applied = Optional.of(to);
        // Who is not visible as waiting yet will look at the position once more, and see this one.
        if (waiting > 0) {
            due(to.index()).forEach(waiter -> waiter.reached.complete(true));
        }
    }

    /** Completes when the store has come to this index; fails with {@link TimeoutException} and nothing else. */
    CompletableFuture<Boolean> reach(long index, long timeoutMillis) {
        if (index() >= index) {
            return CompletableFuture.completedFuture(true);
        }
        var waiter = new Waiter(index, new CompletableFuture<>());
        synchronized (waiters) {
            waiters.add(waiter);
            waiting = waiters.size();
        }
        if (index() >= index) {
            waiter.reached.complete(true);
        }
        return waiter.reached.orTimeout(timeoutMillis, TimeUnit.MILLISECONDS).whenComplete((_, _) -> leave(waiter));
    }

    private List<Waiter> due(long index) {
        var due = new ArrayList<Waiter>();
        synchronized (waiters) {
            while (!waiters.isEmpty() && waiters.peek().index <= index) {
                due.add(waiters.poll());
            }
            waiting = waiters.size();
        }
        return due;
    }

    private void leave(Waiter waiter) {
        synchronized (waiters) {
            waiters.remove(waiter);
            waiting = waiters.size();
        }
    }
}
