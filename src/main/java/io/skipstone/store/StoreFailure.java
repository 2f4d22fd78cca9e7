package io.skipstone.store;

/** LMDB or the disk failed. What the store holds is no longer certain to this process, so the process stops. */
public final class StoreFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreFailure(String message) {
        super(message);
    }

    public StoreFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
