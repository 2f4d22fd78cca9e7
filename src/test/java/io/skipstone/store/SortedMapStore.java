package io.skipstone.store;

import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Invariants;
import io.skipstone.model.Position;
import io.skipstone.model.WriteAt;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The store as a sorted map in memory: the model that the real one is compared with, and a quick stand-in for it in the tests
 * of other rooms. It shares no logic with the real one: whole keys in one map, all versions of a key in one list.
 *
 * <p>Each write works on a copy and publishes it at the end, so views stay as they were. It has no durable position.
 */
public final class SortedMapStore implements Store {
    private final AtomicReference<SortedMapState> committed = new AtomicReference<>(new SortedMapState());

    @Override
    public StoreState openedAs() {
        return new StoreState.NoIndex();
    }

    @Override
    public StoreMeta meta() {
        return current().meta();
    }

    @Override
    public synchronized <T> T write(WriteAt at, WriteWork<T> work) {
        var txn = new SortedMapWriteTxn(new SortedMapState(current()), at);
        if (at instanceof Position position) {
            meta().applied().ifPresent(applied -> checkNotBack(applied, position));
        }
        T result = work.run(txn);
        txn.finish();
        committed.set(txn.state());
        return result;
    }

    @Override
    public ReadView read() {
        return new SortedMapView(current());
    }

    @Override
    public void sync() {
        // Nothing is ever on a disk.
    }

    @Override
    public synchronized boolean collect(int maxRows) {
        var next = new SortedMapState(current());
        next.collect();
        committed.set(next);
        return false;
    }

    /** What is stored, not what is visible: lets a test see that garbage is gone. */
    public long versionCount() {
        return current().versionCount();
    }

    @Override
    public StoreStats stats() {
        return new StoreStats(0, 0, 0, 0, versionCount());
    }

    @Override
    public StoreSpace space() {
        return new StoreSpace(Long.MAX_VALUE, 0, Long.MAX_VALUE);
    }

    @Override
    public void close() {
        // Nothing to give back.
    }

    static void checkNotBack(Position applied, Position next) {
        Invariants.check(
                next.index() >= applied.index(), "applied index went back: {} -> {}", applied.index(), next.index());
        Invariants.check(
                next.term() >= applied.term(), "applied term went back: {} -> {}", applied.term(), next.term());
    }

    static InvariantViolation outsideAnEntry() {
        return new InvariantViolation("a change outside an entry");
    }

    private SortedMapState current() {
        return committed.get();
    }
}
