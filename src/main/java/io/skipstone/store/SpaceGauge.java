package io.skipstone.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/** Measures the room in the store now and then, so that asking costs nothing. */
final class SpaceGauge {
    /** A measurement serves this long. */
    static final long FRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Engine engine;
    private final Path directory;
    private final LongSupplier nanoTime;
    private final ReentrantLock measuring = new ReentrantLock();
    private volatile Measurement latest;

    private record Measurement(StoreSpace space, long atNanos) {}

    SpaceGauge(Engine engine, Path directory, LongSupplier nanoTime) {
        this.engine = engine;
        this.directory = directory;
        this.nanoTime = nanoTime;
        this.latest = measure();
    }

    /** Any thread. One caller measures when it is time to; the others take what is there. */
    StoreSpace space() {
        Measurement now = latest;
        if (nanoTime.getAsLong() - now.atNanos() >= FRESH_NANOS && measuring.tryLock()) {
            try {
                now = measure();
                latest = now;
            } finally {
                measuring.unlock();
            }
        }
        return now.space();
    }

    private Measurement measure() {
        StoreStats stats = engine.stats();
        try {
            long diskBytes = Files.getFileStore(directory).getUsableSpace();
            var space = new StoreSpace(engine.maxMapBytes(), stats.usedBytes() - stats.freeBytes(), diskBytes);
            return new Measurement(space, nanoTime.getAsLong());
        } catch (IOException e) {
            throw new StoreFailure("the file system does not tell how much room is left", e);
        }
    }
}
