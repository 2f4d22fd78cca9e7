package io.skipstone.apply;

import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
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
        return moreKeys(branch).entrySet().stream()
                .flatMap(more -> refuse(more.getKey(), more.getValue()).stream())
                .findFirst();
    }

    private Optional<Outcome> refuse(long leaseId, int moreKeys) {
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
                case Operation.Put put -> move(more, put.key(), put.leaseId());
                case Operation.Delete(var key) -> move(more, key, 0);
                case Operation.Get _, Operation.DeletePrefix _ -> {}
            }
        }
        return more;
    }

    private void move(Map<Long, Integer> more, Key key, long to) {
        long from = txn.get(key, moment).map(KeyValue::leaseId).orElse(0L);
        if (from > 0) {
            more.merge(from, -1, Integer::sum);
        }
        if (to > 0) {
            more.merge(to, 1, Integer::sum);
        }
    }
}
