package io.skipstone.command;

import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.Optional;

/** What an applied command came to. Every node reaches the same one, and each advances the applied index. */
public sealed interface Outcome {
    /**
     * The transaction ran.
     *
     * @param branch which operations ran
     * @param revision revision of the store afterwards; a transaction that changed something made it one greater
     * @param commitTs commit timestamp of the transaction
     * @param results one for each operation of the branch, in order
     */
    record Committed(Branch branch, long revision, Timestamp commitTs, List<Result> results) implements Outcome {
        public Committed {
            results = List.copyOf(results);
        }
    }

    /**
     * The optimistic transaction changed nothing: something it read or writes has a version newer than its read
     * timestamp.
     *
     * @param key the first such key
     * @param newer that version's commit timestamp
     */
    record Conflict(Key key, Timestamp newer) implements Outcome {}

    /** Changed nothing: the read timestamp lies below the GC floor, so conflicts can no longer be told. */
    record BelowGcFloor(Timestamp floor) implements Outcome {}

    /** Changed nothing: a prefix delete would remove more keys than its limit. */
    record TooManyKeys(int maxKeys) implements Outcome {}

    /** Changed nothing: what the transaction's gets would return takes more than {@code maxBytes}. */
    record ResultTooLarge(int maxBytes) implements Outcome {}

    /** Changed nothing: the idempotency key belongs to an earlier, different command. */
    record IdempotencyKeyReused() implements Outcome {}

    /** The floor stands at {@code floor}: where it was asked to be, or where it already was, if that is higher. */
    record FloorRaised(Timestamp floor) implements Outcome {}

    /** The barrier was reached. */
    record BarrierPassed(Timestamp commitTs) implements Outcome {}

    /** The clock ceiling stands at {@code ceiling}: where it was asked to be, or where it already was, if that is higher. */
    record CeilingRaised(Timestamp ceiling) implements Outcome {}

    /**
     * The lease is there.
     *
     * @param granted tells it from an earlier lease of the same id
     */
    record LeaseGranted(long id, long ttlSeconds, Timestamp granted) implements Outcome {}

    /** Changed nothing: there is a lease of this id. */
    record LeaseExists(long id) implements Outcome {}

    /** Changed nothing: there are as many leases as there may be. */
    record TooManyLeases(int maxLeases) implements Outcome {}

    /**
     * The lease is gone, and the keys that were attached to it.
     *
     * @param keys how many
     * @param revision revision of the store afterwards; one greater if there were any
     */
    record LeaseRevoked(long id, long keys, long revision, Timestamp commitTs) implements Outcome {}

    /** Changed nothing: there is no such lease. */
    record LeaseNotFound(long id) implements Outcome {}

    /** Changed nothing: the lease would have more keys than it may. */
    record LeaseFull(long id, int maxKeys) implements Outcome {}

    /** Changed nothing: what was to expire was decided under another leader, or on an earlier lease of this id. */
    record LeaseKept(long id) implements Outcome {}

    /**
     * The nested transaction ran.
     *
     * @param revision of the store afterwards; one greater if anything was written
     * @param commitTs commit timestamp of the transaction
     * @param results in the order of the walk: the branch of a transaction, then one for each step of it
     */
    record Ran(long revision, Timestamp commitTs, List<StepResult> results) implements Outcome {
        public Ran {
            results = List.copyOf(results);
        }
    }

    /** Changed nothing: a step keeps something of a key that is not there. */
    record KeyMissing() implements Outcome {}

    /** Changed nothing: a step reads at a revision above the newest. */
    record RevisionInFuture(long newest) implements Outcome {}

    /** Which operations of a transaction ran. */
    enum Branch {
        THEN,
        OTHERWISE
    }

    /** What one operation came to. */
    sealed interface Result {
        /**
         * The key is set.
         *
         * @param version 1 when the put created the key
         */
        record Put(long version) implements Result {}

        /**
         * Keys are gone.
         *
         * @param count keys removed
         */
        record Deleted(long count) implements Result {}

        /** What a read found. */
        record Got(List<KeyValue> found) implements Result {
            public Got {
                found = List.copyOf(found);
            }

            public Optional<KeyValue> keyValue() {
                return found.stream().findFirst();
            }
        }
    }
}
