package io.skipstone.consensus;

import io.skipstone.model.WriteAt;
import io.skipstone.store.ReadView;
import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.StoreSpace;
import io.skipstone.store.StoreState;
import io.skipstone.store.StoreStats;
import io.skipstone.store.SyncFailure;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;

/** A store in memory whose disk fails, or stands still, when told to; remembers what was asked of it. */
final class FaultyStore implements Store {
    final List<String> calls = new CopyOnWriteArrayList<>();
    final Semaphore gate = new Semaphore(1);
    volatile boolean failsSync;
    volatile boolean failsWrite;

    private final SortedMapStore store = new SortedMapStore();

    @Override
    public StoreState openedAs() {
        return new StoreState.Known(store.meta());
    }

    @Override
    public StoreMeta meta() {
        return store.meta();
    }

    @Override
    public <T> T write(WriteAt at, WriteWork<T> work) {
        gate.acquireUninterruptibly();
        try {
            if (failsWrite) {
                throw new StoreFailure("write refused by the test", new IOException("EIO"));
            }
            calls.add("write");
            return store.write(at, work);
        } finally {
            gate.release();
        }
    }

    @Override
    public void sync() {
        if (failsSync) {
            throw new SyncFailure("sync refused by the test", new IOException("EIO"));
        }
        calls.add("sync");
        store.sync();
    }

    @Override
    public ReadView read() {
        return store.read();
    }

    @Override
    public boolean collect(int maxRows) {
        return store.collect(maxRows);
    }

    @Override
    public StoreStats stats() {
        return store.stats();
    }

    @Override
    public StoreSpace space() {
        return store.space();
    }

    @Override
    public void close() {
        store.close();
    }
}
