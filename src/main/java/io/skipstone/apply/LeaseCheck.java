package io.skipstone.apply;

import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.store.WriteTxn;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Refuses a branch that attaches keys to a lease that is not there, or more than it may have. Looked at before anything is written: the
 * branch happens as a whole or not at all.
 */
final class LeaseCheck {
    private final WriteTxn txn;
    private final Moment moment;

    LeaseCheck(WriteTxn txn, Moment moment) {
        this.txn = txn;
        this.moment = moment;
    }

    /** Why the branch must not run; empty if it may. */
    Optional<Outcome> refuse(List<Operation> branch) {
        if (branch.stream().noneMatch(operation -> operation instanceof Operation.Put put && put.leaseId() > 0)) {
            return Optional.empty();
        }
        return refuse(txn, moreKeys(branch));
    }

    /** Refuses what a nested transaction is going to write, if a lease would have more keys than it may. */
    static void refuseWrites(WriteTxn txn, List<Overlay.Write> writes) {
        var more = new TreeMap<Long, Integer>();
        for (Overlay.Write write : writes) {
            move(more, leaseOf(write.before()), leaseOf(write.after()));
        }
        refuse(txn, more).ifPresent(outcome -> {
            throw new Refused(outcome);
        });
    }

    private static Optional<Outcome> refuse(WriteTxn txn, Map<Long, Integer> moreKeys) {
        return moreKeys.entrySet().stream()
                .flatMap(more -> refuse(txn, more.getKey(), more.getValue()).stream())
                .findFirst();
    }

    private static Optional<Outcome> refuse(WriteTxn txn, long leaseId, int moreKeys) {
        Optional<GrantedLease> lease = txn.lease(leaseId);
        if (lease.isEmpty()) {
            return Optional.of(new Outcome.LeaseNotFound(leaseId));
        }
        int maxKeys = lease.get().maxKeys();
        return moreKeys > 0 && lease.get().keys() + moreKeys > maxKeys
                ? Optional.of(new Outcome.LeaseFull(leaseId, maxKeys))
                : Optional.empty();
    }

    /** How many keys more, or fewer, each lease that is named has afterwards; in the order of ids, the same on every node. */
    private Map<Long, Integer> moreKeys(List<Operation> branch) {
        var more = new TreeMap<Long, Integer>();
        for (Operation operation : branch) {
            switch (operation) {
                case Operation.Put put -> move(more, leaseOf(txn.get(put.key(), moment)), put.leaseId());
                case Operation.Delete(var key) -> move(more, leaseOf(txn.get(key, moment)), 0);
                case Operation.Get _, Operation.DeletePrefix _ -> {}
            }
        }
        return more;
    }

    private static long leaseOf(Optional<KeyValue> found) {
        return found.map(KeyValue::leaseId).orElse(0L);
    }

    private static void move(Map<Long, Integer> more, long from, long to) {
        if (from > 0) {
            more.merge(from, -1, Integer::sum);
        }
        if (to > 0) {
            more.merge(to, 1, Integer::sum);
        }
    }
}
