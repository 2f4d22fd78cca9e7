package io.skipstone.cli.transfer;

import io.skipstone.model.Key;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Optional;
import java.util.Set;

/** Batches that were sent and not yet passed on, in the order of the input. One thread. */
final class InFlight {
    private final int maxBatches;
    private final Deque<Batch> order = new ArrayDeque<>();
    private final Set<Key> keys = new HashSet<>();
    private final IdentityHashMap<Batch, BatchResult> answered = new IdentityHashMap<>();
    private int awaited;

    InFlight(int maxBatches) {
        this.maxBatches = maxBatches;
    }

    /** Whether an answer is still to come. */
    boolean awaitsAnswer() {
        return awaited > 0;
    }

    /**
     * Whether the batch may be sent now. Not while one of its keys is being written: of two values for one key, the later one in the
     * input must win.
     */
    boolean admits(Batch batch) {
        return order.size() < maxBatches && batch.records().stream().noneMatch(entry -> keys.contains(entry.key()));
    }

    void sent(Batch batch) {
        order.addLast(batch);
        awaited++;
        batch.records().forEach(entry -> keys.add(entry.key()));
    }

    void answered(Batch batch, BatchResult result) {
        awaited--;
        answered.put(batch, result);
        batch.records().forEach(entry -> keys.remove(entry.key()));
    }

    /** Nothing behind a failed batch is ever passed on. */
    void failed() {
        awaited--;
    }

    /** The oldest batch with its result, if it is answered: all before it were passed on. */
    Optional<Settled> pollSettled() {
        Batch oldest = order.peekFirst();
        if (oldest == null) {
            return Optional.empty();
        }
        BatchResult result = answered.remove(oldest);
        if (result == null) {
            return Optional.empty();
        }
        order.removeFirst();
        return Optional.of(new Settled(oldest, result));
    }

    record Settled(Batch batch, BatchResult result) {}
}
