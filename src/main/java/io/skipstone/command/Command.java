package io.skipstone.command;

import io.skipstone.model.Invariants;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Timestamp;
import java.util.List;

/** What may stand in the log. A put, a delete or a batch is a transaction without compares. */
public sealed interface Command {
    /**
     * Reads and writes that happen together or not at all: if every compare holds, {@code then} runs, else {@code
     * otherwise}. With a read set, the transaction is refused first if anything it read or writes has changed since.
     */
    record Txn(List<Compare> compares, List<Operation> then, List<Operation> otherwise, ReadSet reads)
            implements Command {
        public Txn {
            compares = List.copyOf(compares);
            then = List.copyOf(then);
            otherwise = List.copyOf(otherwise);
        }

        /** Writes without a condition. */
        public static Txn of(Operation... operations) {
            return new Txn(List.of(), List.of(operations), List.of(), ReadSet.NONE);
        }
    }

    /**
     * A transaction as etcd has it: if every compare holds, {@code then} runs, else {@code otherwise}. All compares, nested ones too, look at
     * the store as it was before; reads see the writes before them. It happens as a whole or not at all.
     */
    record NestedTxn(List<RangeCompare> compares, List<Step> then, List<Step> otherwise) implements Command {
        public NestedTxn {
            compares = List.copyOf(compares);
            then = List.copyOf(then);
            otherwise = List.copyOf(otherwise);
        }

        /** Steps without a condition. */
        public static NestedTxn of(Step... steps) {
            return new NestedTxn(List.of(), List.of(steps), List.of());
        }

        /** Whether no step of any branch writes. */
        public boolean isReadOnly() {
            return isReadOnly(then) && isReadOnly(otherwise);
        }

        private static boolean isReadOnly(List<Step> branch) {
            return branch.stream().allMatch(step -> switch (step) {
                case Step.Read _ -> true;
                case Step.Nested(var inner) -> inner.isReadOnly();
                case Step.Put _, Step.Delete _ -> false;
            });
        }
    }

    /** Versions that no read at {@code floor} or later can see may be removed, and reads below it are refused. */
    record RaiseGcFloor(Timestamp floor) implements Command {}

    /**
     * Changes nothing: when it is applied, everything proposed before it is applied too.
     *
     * @param leaseMillis how long, from its proposal on, the leader may answer reads without asking anybody; whoever leads next waits as
     *     long before it answers anything. 0: not at all
     */
    record Barrier(long leaseMillis) implements Command {
        /** No leader may count on more. */
        public static final long MAX_LEASE_MILLIS = 500;

        public Barrier {
            Invariants.check(
                    leaseMillis >= 0 && leaseMillis <= MAX_LEASE_MILLIS,
                    "a read lease of {} ms, outside 0..{}",
                    leaseMillis,
                    MAX_LEASE_MILLIS);
        }

        /** Without a lease. */
        public Barrier() {
            this(0);
        }
    }

    /**
     * From here on timestamps up to {@code ceiling} may be issued. The one entry whose own commit timestamp may lie above the
     * ceiling before it.
     */
    record RaiseClockCeiling(Timestamp ceiling) implements Command {}

    /**
     * Makes a lease.
     *
     * @param id from 1
     * @param ttlSeconds from 1
     * @param maxLeases if there are as many already, none is made
     * @param maxKeys most keys that may be attached to it
     */
    record GrantLease(long id, long ttlSeconds, int maxLeases, int maxKeys) implements Command {}

    /** Ends a lease at somebody's wish: the keys attached to it are deleted, all in one revision. */
    record RevokeLease(long id) implements Command {}

    /**
     * Ends a lease whose time is over, as {@link RevokeLease} does. Changes nothing unless the leader that decided so still led when the
     * entry was appended, and it is still the same lease.
     *
     * @param granted commit timestamp of the lease's grant
     * @param term in which it was decided
     */
    record ExpireLease(long id, Timestamp granted, long term) implements Command {}

    /**
     * What an optimistic transaction has looked at.
     *
     * @param readTs timestamp of its reads; {@link Timestamp#NONE} when the transaction is not optimistic
     */
    record ReadSet(Timestamp readTs, List<Key> keys, List<KeyRange> ranges) {
        public static final ReadSet NONE = new ReadSet(Timestamp.NONE, List.of(), List.of());

        public ReadSet {
            keys = List.copyOf(keys);
            ranges = List.copyOf(ranges);
        }

        public boolean isOptimistic() {
            return !readTs.isNone();
        }
    }
}
