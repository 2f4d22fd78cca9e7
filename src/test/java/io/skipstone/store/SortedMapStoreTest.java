package io.skipstone.store;

import java.nio.file.Path;

/** The model keeps the contract: so comparing with it means something. */
class SortedMapStoreTest extends StoreContract {
    @Override
    Store open(Path directory) {
        return new SortedMapStore();
    }
}
