package io.skipstone.node;

import io.skipstone.store.Store;
import io.skipstone.store.StoreSpace;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;

/**
 * Says whether there is room for another write, before it is proposed: an entry that is agreed on and does not fit stops the
 * node. It looks now and then, on a thread of its own, and in between counts what it has let through.
 */
final class SpaceGuard implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(SpaceGuard.class);
    private static final long LOOK_EVERY_MILLIS = 500;

    /** Share of the largest map that stays free for deletes, the garbage collection and copied pages. */
    private static final int MAP_RESERVE_PERCENT = 10;

    /** What an entry may take on disk, for each of its bytes: once in the log, and in the store with its copies of pages. */
    private static final long DISK_BYTES_PER_BYTE = 3;

    /** What any entry may take besides: rows of the change log and of the meta record. */
    private static final long DISK_BYTES_PER_ENTRY = 4096;

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("space-guard").daemon().unstarted(task));
    private final Store store;
    private final long minFreeBytes;

    /** What may still be let through until the next look; below zero it is refused. */
    private final AtomicLong leftBytes = new AtomicLong();

    /** Whether something was refused since the last look. */
    private volatile boolean refused;

    private volatile boolean room = true;

    /** Looks once, so that there is an answer from the start. */
    SpaceGuard(Store store, long minFreeBytes) {
        this.store = store;
        this.minFreeBytes = minFreeBytes;
        look(() -> 0);
    }

    /** Looks regularly from now on; what is in flight at a look is not in the store yet and counts on top. */
    void start(LongSupplier inFlightBytes) {
        var _ = timer.scheduleWithFixedDelay(
                () -> look(inFlightBytes), LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Takes the room for one more entry, if there is any; from memory, any thread. */
    boolean admit(int entryBytes) {
        long cost = entryBytes * DISK_BYTES_PER_BYTE + DISK_BYTES_PER_ENTRY;
        boolean admitted = leftBytes.get() > 0 && leftBytes.addAndGet(-cost) > 0;
        if (!admitted) {
            refused = true;
        }
        return admitted;
    }

    /** Whether writes are let through: the last look found room, and nothing was refused since the one before. */
    boolean hasRoom() {
        return room && !refused;
    }

    private void look(LongSupplier inFlightBytes) {
        try {
            // Asked before the store: what is applied in between counts twice rather than not at all.
            long onItsWay = inFlightBytes.getAsLong() * DISK_BYTES_PER_BYTE;
            StoreSpace space = store.space();
            long inMap = space.maxMapBytes() / 100 * (100 - MAP_RESERVE_PERCENT) - space.usedBytes();
            long left = Math.min(inMap, space.diskBytes() - minFreeBytes) - onItsWay;
            leftBytes.set(left);
            // Less than the next write needs may be left for ever.
            report(left > 0 && !refused, space);
            refused = false;
        } catch (RuntimeException failure) {
            // A periodic task that throws is never run again.
            LOG.warn("free space cannot be read; the last answer stands", failure);
        }
    }

    private void report(boolean roomNow, StoreSpace space) {
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
    }

    @Override
    public void close() {
        timer.shutdownNow();
        timer.close();
    }
}
