package io.skipstone.apply;

import io.skipstone.store.SortedMapStore;
import io.skipstone.store.Store;
import org.junit.jupiter.api.Nested;

/** The contracts of this room over the sorted map. */
class OnSortedMapTest {
    @Nested
    class Applying extends ApplierContract {
        @Override
        Store openStore() {
            return new SortedMapStore();
        }
    }

    @Nested
    class Optimistic extends OptimisticContract {
        @Override
        Store openStore() {
            return new SortedMapStore();
        }
    }

    @Nested
    class Once extends OnceContract {
        @Override
        Store openStore() {
            return new SortedMapStore();
        }
    }

    @Nested
    class Batches extends BatchApplierContract {
        @Override
        Store openStore() {
            return new SortedMapStore();
        }
    }

    @Nested
    class Reads extends QueriesContract {
        @Override
        Store openStore() {
            return new SortedMapStore();
        }
    }

    @Nested
    class Leases extends LeaseContract {
        @Override
        Store openStore() {
            return new SortedMapStore();
        }
    }

    @Nested
    class NestedTransactions extends NestedContract {
        @Override
        Store openStore() {
            return new SortedMapStore();
        }
    }
}
