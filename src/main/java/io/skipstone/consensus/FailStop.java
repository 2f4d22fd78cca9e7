package io.skipstone.consensus;

/**
 * Ends the process at once. Ratis alone would go on after an apply that failed, and the replicas would drift apart.
 */
@FunctionalInterface
public interface FailStop {
    /** Data contradicts itself, or an entry is not understood: a restart does not cure it. */
    int EXIT_INTEGRITY = 70;

    /** LMDB, the log or the disk under them failed. */
    int EXIT_STORAGE = 71;

    /** Logs the reason, flushes the log and ends the process without running shutdown hooks. Does not return. */
    void halt(int exitCode, String reason, Throwable cause);
}
