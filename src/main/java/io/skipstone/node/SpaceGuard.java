package io.skipstone.node;

import io.skipstone.store.Store;
import io.skipstone.store.StoreSpace;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Says whether there is room for another write, before it is proposed: an entry that is agreed on and does not fit stops the
 * node, so the limit is kept with a margin, by a look now and then on a thread of its own.
 */
final class SpaceGuard implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SpaceGuard.class);
    private static final long LOOK_EVERY_MILLIS = 500;

    /** Share of the largest map that stays free for deletes, the garbage collection and what is on its way. */
    private static final int MAP_RESERVE_PERCENT = 10;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("space-guard").daemon().unstarted(task));
    private final Store store;
    private final long minFreeBytes;
    private volatile boolean room = true;

    SpaceGuard(Store store, long minFreeBytes) {
        this.store = store;
        this.minFreeBytes = minFreeBytes;
    }

    void start() {
        look();
        var _ = timer.scheduleWithFixedDelay(this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** From memory; any thread. */
    boolean hasRoom() {
        return room;
    }

    private void look() {
        try {
            StoreSpace space = store.space();
            boolean roomNow = space.diskBytes() >= minFreeBytes
                    && space.usedBytes() <= space.maxMapBytes() / 100 * (100 - MAP_RESERVE_PERCENT);
            if (roomNow != room) {
                LOG.warnf(
                        "%s bytes=%d diskFreeBytes=%d minFreeBytes=%d maxMapBytes=%d",
                        roomNow ? "there is room again, writes are taken" : "no room, writes are refused",
                        space.usedBytes(),
                        space.diskBytes(),
                        minFreeBytes,
                        space.maxMapBytes());
            }
            room = roomNow;
        } catch (RuntimeException failure) {
            // A periodic task that throws is never run again.
            LOG.warn("free space cannot be read; the last answer stands", failure);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        timer.close();
    }
}
