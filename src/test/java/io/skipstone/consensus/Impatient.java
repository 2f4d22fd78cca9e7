package io.skipstone.consensus;

import io.skipstone.model.Limits;

/** Limits with a short time for proposals, for tests in which they cannot succeed. */
final class Impatient {
    static final Limits LIMITS = limits(Limits.DEFAULT);

    private Impatient() {}

    private static Limits limits(Limits like) {
        return new Limits(
                like.valueBytes(),
                like.entryBytes(),
                like.txnOperations(),
                like.txnReads(),
                like.scanRows(),
                like.scanBytes(),
                like.prefixDeleteKeys(),
                like.proposals(),
                like.proposalBytes(),
                500,
                like.reads());
    }
}
