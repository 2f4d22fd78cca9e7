package io.skipstone.store;

/**
 * A forced sync failed, and nothing was promised by it. The store goes on: it syncs again before the next write or at the next {@link
 * Store#sync}, and only a second failure in a row is final. Why that is sound: docs/decisions/0009-failed-sync.md.
 */
public final class SyncFailure extends StoreFailure {
    private static final long serialVersionUID = 1L;

    public SyncFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
