package io.skipstone.api;

import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.watch.WatchLimits;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** How many watches each connection has, over both doors. Any thread. */
@Singleton
public class WatchSlots {
    private final WatchLimits limits;

    /** Connections that have some, and how many. */
    private final ConcurrentMap<Object, Integer> taken = new ConcurrentHashMap<>();

    @Inject
    WatchSlots(WatchLimits limits) {
        this.limits = limits;
    }

    /** A place for one watch, until it is closed; closing it again does nothing. */
    public static final class Slot implements AutoCloseable {
        private final Runnable release;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Slot(Runnable release) {
            this.release = release;
        }

        @Override
        public void close() {
            if (open.getAndSet(false)) {
                release.run();
            }
        }
    }

    /**
     * Takes a place.
     *
     * @param connection compared by identity, as connections are
     * @throws Overloaded the connection has as many as it may have
     */
    public Slot take(Object connection) {
        int have = taken.merge(connection, 1, Integer::sum);
        if (have > limits.perConnection()) {
            release(connection);
            throw new Overloaded("this connection has " + limits.perConnection()
                    + " watches, which is its limit; end some, or use another connection");
        }
        return new Slot(() -> release(connection));
    }

    private void release(Object connection) {
        taken.computeIfPresent(connection, (same, have) -> have == 1 ? null : have - 1);
    }

    /** Connections that have watches; for tests. */
    public int connections() {
        return taken.size();
    }
}
