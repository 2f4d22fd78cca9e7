package io.skipstone.store;

/**
 * LMDB or the disk failed. What the store holds is no longer certain to this process, so the process stops, unless it is a {@link
 * SyncFailure}.
 */
public sealed class StoreFailure extends RuntimeException permits SyncFailure {
    private static final long serialVersionUID = 1L;

    public StoreFailure(String message) {
        super(message);
    }

    public StoreFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
