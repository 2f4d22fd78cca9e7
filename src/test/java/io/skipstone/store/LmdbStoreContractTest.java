package io.skipstone.store;

import java.nio.file.Path;

/** LMDB keeps the contract. */
class LmdbStoreContractTest extends StoreContract {
    @Override
    Store open(Path directory) {
        return LmdbStore.open(StoreConfig.of(directory.resolve("kv"), directory.resolve("native")));
    }
}
