package io.skipstone.store;

import io.skipstone.model.Invariants;
import java.nio.file.Path;

/**
 * Where and how a store is opened.
 *
 * @param directory holds {@code data.mdb} and {@code lock.mdb} and nothing else; made when missing
 * @param nativeDirectory takes the native libraries that LMDB's binding unpacks; emptied of older ones
 * @param mapBytes address space reserved at start; the file grows as it is used
 * @param maxMapBytes how far the map may grow when it is full
 * @param maxViews most read views open at once; LMDB has a slot for each
 */
public record StoreConfig(
        Path directory, Path nativeDirectory, long mapBytes, long maxMapBytes, int maxViews, SyncMode syncMode) {
    public static final long DEFAULT_MAP_BYTES = 64L << 30;
    public static final int DEFAULT_MAX_VIEWS = 2048;

    /** A whole number of pages on every platform. */
    static final long MAP_STEP_BYTES = 1 << 16;

    public StoreConfig {
        Invariants.check(mapBytes >= MAP_STEP_BYTES, "map size below {} bytes: {}", MAP_STEP_BYTES, mapBytes);
        Invariants.check(maxMapBytes >= mapBytes, "largest map size {} below map size {}", maxMapBytes, mapBytes);
        Invariants.check(maxViews > 0, "most views below one: {}", maxViews);
        mapBytes = mapBytes / MAP_STEP_BYTES * MAP_STEP_BYTES;
        maxMapBytes = maxMapBytes / MAP_STEP_BYTES * MAP_STEP_BYTES;
    }

    public static StoreConfig of(Path directory, Path nativeDirectory) {
        return new StoreConfig(
                directory,
                nativeDirectory,
                DEFAULT_MAP_BYTES,
                DEFAULT_MAP_BYTES,
                DEFAULT_MAX_VIEWS,
                SyncMode.META_DEFERRED);
    }

    /** The same for another directory. */
    public StoreConfig at(Path directory) {
        return new StoreConfig(directory, nativeDirectory, mapBytes, maxMapBytes, maxViews, syncMode);
    }
}
