package io.skipstone.store;

import java.nio.file.Path;

/** An engine whose forced sync does nothing: what a pin must never rest on. */
record UnsyncedEngine(Engine engine) implements Engine {
    @Override
    public void sync() {
        // On purpose.
    }

    @Override
    public Reading read() {
        return engine.read();
    }

    @Override
    public Writing write() {
        return engine.write();
    }

    @Override
    public void grow() {
        engine.grow();
    }

    @Override
    public void copy(Path emptyDirectory) {
        engine.copy(emptyDirectory);
    }

    @Override
    public StoreStats stats() {
        return engine.stats();
    }

    @Override
    public long maxMapBytes() {
        return engine.maxMapBytes();
    }

    @Override
    public void close() {
        engine.close();
    }
}
