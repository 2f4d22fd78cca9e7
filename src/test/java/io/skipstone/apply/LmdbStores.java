package io.skipstone.apply;

import io.skipstone.store.LmdbStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Fresh LMDB stores with so little room that they grow on the way, which runs a write twice. */
final class LmdbStores {
    private static final long MAP_BYTES = 256 << 10;
    private static final long MAX_MAP_BYTES = 256 << 20;
    private static final int MAX_VIEWS = 16;

    private LmdbStores() {}

    static Store open(Path directory) {
        try {
            Path store = Files.createTempDirectory(directory, "store");
            return LmdbStore.open(new StoreConfig(
                    store, directory.resolve("native"), MAP_BYTES, MAX_MAP_BYTES, MAX_VIEWS, SyncMode.META_DEFERRED));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
