package io.skipstone.apply;

import io.skipstone.command.Command;
import io.skipstone.command.Outcome;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Position;
import io.skipstone.model.WriteAt;
import io.skipstone.store.WriteTxn;
import java.util.Optional;

/** What becomes of leases: made, and ended together with the keys attached to them. */
final class LeaseRun {
    private final WriteTxn txn;

    LeaseRun(WriteTxn txn) {
        this.txn = txn;
    }

    Outcome grant(Command.GrantLease grant) {
        if (txn.lease(grant.id()).isPresent()) {
            return new Outcome.LeaseExists(grant.id());
        }
        if (txn.leaseCount() >= grant.maxLeases()) {
            return new Outcome.TooManyLeases(grant.maxLeases());
        }
        GrantedLease made = txn.grantLease(grant.id(), grant.ttlSeconds(), grant.maxKeys());
        return new Outcome.LeaseGranted(made.id(), made.ttlSeconds(), made.granted());
    }

    Outcome revoke(long id) {
        return txn.lease(id).isPresent() ? end(id) : new Outcome.LeaseNotFound(id);
    }

    /**
     * Whoever leads next gives every lease its full time anew, and may tell a client so. So a leader's word that a lease is over counts
     * only in the term it was given in.
     */
    Outcome expire(Command.ExpireLease expire, WriteAt at) {
        Optional<GrantedLease> lease = txn.lease(expire.id());
        if (lease.isEmpty()) {
            return new Outcome.LeaseNotFound(expire.id());
        }
        boolean isSame = lease.get().granted().equals(expire.granted());
        boolean isTimely = at instanceof Position appended && appended.term() == expire.term();
        return isSame && isTimely ? end(expire.id()) : new Outcome.LeaseKept(expire.id());
    }

    private Outcome end(long id) {
        long keys = txn.endLease(id);
        return new Outcome.LeaseRevoked(id, keys, txn.revision(), txn.commitTs());
    }
}
