package io.skipstone.consensus;

import io.skipstone.model.WriteAt;
import io.skipstone.store.ReadView;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.StoreSpace;
import io.skipstone.store.StoreState;
import io.skipstone.store.StoreStats;

/** A store that says that it synced: what a pin must never rest on. */
record UnsyncedStore(Store store) implements Store {
    @Override
    public void sync() {
        // On purpose.
    }

    @Override
    public StoreState openedAs() {
        return store.openedAs();
    }

    @Override
    public StoreMeta meta() {
        return store.meta();
    }

    @Override
    public <T> T write(WriteAt at, WriteWork<T> work) {
        return store.write(at, work);
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
