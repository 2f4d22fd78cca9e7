package io.skipstone.apply;

import io.skipstone.store.Store;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** The contracts of this room over LMDB. */
class OnLmdbTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Nested
    class Applying extends ApplierContract {
        @Override
        Store openStore() {
            return LmdbStores.open(directory);
        }
    }

    @Nested
    class Optimistic extends OptimisticContract {
        @Override
        Store openStore() {
            return LmdbStores.open(directory);
        }
    }

    @Nested
    class Once extends OnceContract {
        @Override
        Store openStore() {
            return LmdbStores.open(directory);
        }
    }

    @Nested
    class Batches extends BatchApplierContract {
        @Override
        Store openStore() {
            return LmdbStores.open(directory);
        }
    }

    @Nested
    class Reads extends QueriesContract {
        @Override
        Store openStore() {
            return LmdbStores.open(directory);
        }
    }

    @Nested
    class Leases extends LeaseContract {
        @Override
        Store openStore() {
            return LmdbStores.open(directory);
        }
    }

    @Nested
    class NestedTransactions extends NestedContract {
        @Override
        Store openStore() {
            return LmdbStores.open(directory);
        }
    }
}
