package io.skipstone.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
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
    private volatile Optional<Measurement> latest = Optional.empty();

    private record Measurement(StoreSpace space, long atNanos) {}

    SpaceGauge(Engine engine, Path directory, LongSupplier nanoTime) {
        this.engine = engine;
        this.directory = directory;
        this.nanoTime = nanoTime;
    }

    /** Any thread. One caller measures when it is time to; the others take what is there. */
    StoreSpace space() {
        Optional<Measurement> known = latest;
        if (known.isEmpty()) {
            measuring.lock();
        } else if (nanoTime.getAsLong() - known.get().atNanos() < FRESH_NANOS || !measuring.tryLock()) {
            return known.get().space();
        }
        try {
            Measurement measured = measure();
            latest = Optional.of(measured);
            return measured.space();
        } finally {
            measuring.unlock();
        }
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
