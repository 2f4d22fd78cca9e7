package io.skipstone.model;

/**
 * Every limit a client can meet, in one place.
 *
 * @param valueBytes largest value
 * @param entryBytes largest log entry, all operations of a transaction together
 * @param txnOperations most operations in one branch of a transaction, and most compares
 * @param txnReads most keys and ranges in the read set of a transaction
 * @param scanRows most rows in one page
 * @param scanBytes a page ends after the row that reaches this many bytes
 * @param prefixDeleteKeys most keys that one prefix delete may remove
 * @param proposals most proposals in flight on this node
 * @param proposalBytes most bytes of proposals in flight on this node
 * @param proposalTimeoutMillis after this long without an answer the outcome of a proposal is unknown
 * @param reads most reads that run or wait on this node
 */
public record Limits(
        int valueBytes,
        int entryBytes,
        int txnOperations,
        int txnReads,
        int scanRows,
        long scanBytes,
        int prefixDeleteKeys,
        int proposals,
        long proposalBytes,
        long proposalTimeoutMillis,
        int reads) {
    /** A time to live is at most a hundred years, so that no sum of timestamps overflows. */
    public static final long MAX_TTL_MILLIS = 100L * 365 * 24 * 3600 * 1000;

    /** An idempotency key fits into one LMDB key beside its expiry. */
    public static final int MAX_IDEMPOTENCY_KEY_BYTES = 255;

    /**
     * Most bytes of keys and values that the gets of one transaction may return. No setting: the entry must come to the same on every
     * node. Below what a gRPC client takes by default (4 MiB), because the transaction has run when the answer is refused.
     */
    public static final int TXN_RESULT_BYTES = 3 << 20;

    public static final Limits DEFAULT =
            new Limits(1 << 20, 4 << 20, 1024, 10_000, 1024, 4 << 20, 1_000_000, 4096, 64L << 20, 10_000, 1024);
}
