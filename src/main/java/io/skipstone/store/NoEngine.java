package io.skipstone.store;

import io.skipstone.model.InvariantViolation;
import java.nio.file.Path;

/** Stands where a store is that nothing certain is known of: it refuses everything but to be closed. */
final class NoEngine implements Engine {
    private final StoreState.Doubt doubt;

    NoEngine(StoreState.Doubt doubt) {
        this.doubt = doubt;
    }

    @Override
    public Reading read() {
        throw refuse();
    }

    @Override
    public Writing write() {
        throw refuse();
    }

    @Override
    public void sync() {
        throw refuse();
    }

    @Override
    public void grow() {
        throw refuse();
    }

    @Override
    public void copy(Path emptyDirectory) {
        throw refuse();
    }

    @Override
    public StoreStats stats() {
        return new StoreStats(0, 0, 0, 0, 0);
    }

    @Override
    public long maxMapBytes() {
        return 0;
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    private InvariantViolation refuse() {
        return new InvariantViolation("the store is used although its state is unknown: " + doubt);
    }
}
