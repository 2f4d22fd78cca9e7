package io.skipstone.consensus;

import java.util.function.BooleanSupplier;

/**
 * Keeps the log whole while another member is sent a store, and a while longer: it goes on from where that store stands. Without this a
 * busy group would purge the log behind each store before it has arrived. What is kept has a limit; then the member needs another store.
 */
final class LogHold extends PassingOn {
    /** Bytes of entries that are kept at most, from when the store was asked for. */
    static final long MAX_BYTES = 1L << 30;

    private final BooleanSupplier needed;

    /** Written on the apply thread only. */
    private volatile long bytes;

    /**
     * @param needed whether a store is sent, or was a moment ago
     */
    LogHold(Observer next, BooleanSupplier needed) {
        super(next);
        this.needed = needed;
    }

    /** Whether nothing may be purged now. Any thread. */
    boolean holds() {
        return bytes < MAX_BYTES && needed.getAsBoolean();
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // One thread writes.
    public void batchApplied(int entries, long batchBytes, long nanos) {
        super.batchApplied(entries, batchBytes, nanos);
        bytes = needed.getAsBoolean() ? bytes + batchBytes : 0;
    }
}
