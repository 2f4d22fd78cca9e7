package io.skipstone.store;

/** What an opened store knows of itself. */
public sealed interface StoreState {
    /** There was no store here. */
    record Fresh() implements StoreState {}

    /** The store knows where it stands. */
    record Known(StoreMeta meta) implements StoreState {}

    /** There is a store, and nothing certain can be said of its position: never taken for zero. */
    record Unknown(Doubt doubt) implements StoreState {}

    /** This kind of store keeps no position: a restart makes it again from the log. */
    record NoIndex() implements StoreState {}

    /** Why nothing certain can be said. */
    enum Doubt {
        META_MISSING,
        META_CORRUPT,
        ENV_CORRUPT,
        READ_ERROR,
        FORMAT_UNKNOWN
    }
}
