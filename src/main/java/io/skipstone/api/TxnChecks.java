package io.skipstone.api;

import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.Operation;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.TooLarge;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a transaction must be before it is worth proposing: the same for both doors. */
final class TxnChecks {
    private final Limits limits;

    TxnChecks(Limits limits) {
        this.limits = limits;
    }

    /** Refuses a transaction that cannot stand in the log. */
    void check(Txn txn) {
        if (txn.then().isEmpty() && txn.otherwise().isEmpty() && txn.compares().isEmpty()) {
            throw new BadRequest("empty_transaction", "there is nothing to do: no compare and no operation");
        }
        atMost(txn.compares().size(), limits.txnOperations(), "compares");
        txn.compares().forEach(TxnChecks::check);
        checkBranch(txn.then());
        checkBranch(txn.otherwise());
        check(txn.reads());
    }

    private void checkBranch(List<Operation> branch) {
        atMost(branch.size(), limits.txnOperations(), "operations");
        var written = new HashSet<Key>();
        for (Operation operation : branch) {
            switch (operation) {
                case Operation.Put put -> {
                    checkValue(put.value());
                    checkOnce(written, put.key());
                }
                case Operation.Delete delete -> checkOnce(written, delete.key());
                case Operation.DeletePrefix prefix -> checkPrefix(prefix, branch.size());
                case Operation.Get _ -> {}
            }
        }
    }

    /** An entry writes one version per key, so a branch names each key that it writes once. */
    private static void checkOnce(Set<Key> written, Key key) {
        if (!written.add(key)) {
            throw new BadRequest("duplicate_key", "a key is written twice in one transaction");
        }
    }

    private void checkValue(Bytes value) {
        if (value.length() > limits.valueBytes()) {
            throw new TooLarge(
                    "value_too_large",
                    "the value has " + value.length() + " bytes; a value has at most " + limits.valueBytes());
        }
    }

    private static void checkPrefix(Operation.DeletePrefix delete, int operations) {
        if (operations > 1) {
            throw new BadRequest("mixed_prefix_delete", "a prefix delete is the only operation of its batch or branch");
        }
        atMostKeyBytes(delete.prefix());
        atMostKeyBytes(delete.exclude());
        if (!delete.exclude().isEmpty() && !delete.exclude().startsWith(delete.prefix())) {
            throw new BadRequest("exclude_outside_prefix", "the prefix to exclude does not begin with the prefix");
        }
    }

    private static void atMostKeyBytes(Bytes prefix) {
        if (prefix.length() > Key.MAX_BYTES) {
            throw new TooLarge(
                    "key_too_large",
                    "the prefix has " + prefix.length() + " bytes; a key has at most " + Key.MAX_BYTES);
        }
    }

    private static void check(Compare compare) {
        boolean ordered = compare.relation() == Relation.LESS || compare.relation() == Relation.GREATER;
        if (ordered && compare.target() instanceof Target.Exists) {
            throw new BadRequest("bad_compare", "whether a key exists is compared with = or != only");
        }
    }

    private void check(ReadSet reads) {
        int named = reads.keys().size() + reads.ranges().size();
        if (named > 0 && !reads.isOptimistic()) {
            throw new BadRequest("bad_read_set", "a read set needs its read timestamp");
        }
        atMost(named, limits.txnReads(), "keys and ranges in the read set");
    }

    private static void atMost(int count, int limit, String what) {
        if (count > limit) {
            throw new TooLarge("transaction_too_large", count + " " + what + "; at most " + limit + " are allowed");
        }
    }
}
