package io.skipstone.command;

import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.TooLarge;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a transaction must keep to. */
final class TxnRules {
    private TxnRules() {}

    static void check(Txn txn, Limits limits) {
        checkNotEmpty(txn);
        checkReads(txn.reads(), limits);
        checkCount("compares", txn.compares().size(), limits.txnOperations());
        CompareRules.check(txn.compares(), limits);
        checkBranch(txn.then(), limits);
        checkBranch(txn.otherwise(), limits);
    }

    private static void checkNotEmpty(Txn txn) {
        if (txn.compares().isEmpty()
                && txn.then().isEmpty()
                && txn.otherwise().isEmpty()
                && txn.reads().equals(ReadSet.NONE)) {
            throw new BadRequest("empty_txn", "the transaction is empty; give it at least one operation or condition");
        }
    }

    private static void checkReads(ReadSet reads, Limits limits) {
        int count = reads.keys().size() + reads.ranges().size();
        if (!reads.isOptimistic() && count > 0) {
            throw new BadRequest(
                    "read_set_without_timestamp",
                    "the read set has " + count
                            + " keys and ranges but no read timestamp; send the one they were read at");
        }
        checkCount("keys and ranges in its read set", count, limits.txnReads());
    }

    private static void checkCount(String what, int count, int limit) {
        if (count > limit) {
            throw new TooLarge(
                    "txn_too_large",
                    "the transaction has " + count + " " + what + ", the limit is " + limit
                            + "; split it into several transactions");
        }
    }

    private static void checkBranch(List<Operation> branch, Limits limits) {
        checkCount("operations in one branch", branch.size(), limits.txnOperations());
        Set<Key> written = new HashSet<>();
        for (Operation operation : branch) {
            switch (operation) {
                case Operation.Put put -> {
                    checkPut(put, limits);
                    checkWrittenOnce(written, put.key());
                }
                case Operation.Delete(var key) -> checkWrittenOnce(written, key);
                case Operation.DeletePrefix delete -> {
                    checkAlone(branch);
                    checkDeletePrefix(delete, limits);
                }
                case Operation.Get _ -> {}
            }
        }
    }

    private static void checkPut(Operation.Put put, Limits limits) {
        checkValue(put.value(), limits);
        if (put.ttlMillis() < 0 || put.ttlMillis() > Limits.MAX_TTL_MILLIS) {
            throw new BadRequest(
                    "ttl_out_of_range",
                    "the time to live is " + put.ttlMillis() + " ms; it must be 0 (for ever) to "
                            + Limits.MAX_TTL_MILLIS);
        }
        if (put.leaseId() < 0) {
            throw new BadRequest("bad_lease_id", "the lease id " + put.leaseId() + " cannot be; ids start at 1");
        }
        if (put.leaseId() > 0 && put.ttlMillis() > 0) {
            throw new BadRequest(
                    "ttl_with_lease", "a key has a time to live or a lease, not both; leave one of them out");
        }
    }

    static void checkValue(Bytes value, Limits limits) {
        if (value.length() > limits.valueBytes()) {
            throw new TooLarge(
                    "value_too_large",
                    "the value has " + value.length() + " bytes, the limit is " + limits.valueBytes());
        }
    }

    private static void checkWrittenOnce(Set<Key> written, Key key) {
        if (!written.add(key)) {
            throw new BadRequest(
                    "duplicate_key",
                    "a key of " + key.length()
                            + " bytes is written twice in one branch; keep the last of these writes");
        }
    }

    private static void checkAlone(List<Operation> branch) {
        if (branch.size() > 1) {
            throw new BadRequest(
                    "mixed_prefix_delete",
                    "a prefix delete stands among " + branch.size()
                            + " operations; it must be the only one of its branch");
        }
    }

    private static void checkDeletePrefix(Operation.DeletePrefix delete, Limits limits) {
        if (!delete.exclude().isEmpty() && !delete.exclude().startsWith(delete.prefix())) {
            throw new BadRequest(
                    "exclude_outside_prefix",
                    "the prefix to keep (" + delete.exclude().length()
                            + " bytes) does not start with the prefix to delete ("
                            + delete.prefix().length() + " bytes)");
        }
        checkPrefixLength(delete.prefix());
        checkPrefixLength(delete.exclude());
        if (delete.maxKeys() < 1 || delete.maxKeys() > limits.prefixDeleteKeys()) {
            throw new BadRequest(
                    "prefix_delete_limit",
                    "the prefix delete may remove " + delete.maxKeys() + " keys; it must be 1 to "
                            + limits.prefixDeleteKeys());
        }
    }

    private static void checkPrefixLength(Bytes prefix) {
        if (prefix.length() > Key.MAX_BYTES) {
            throw new TooLarge(
                    "prefix_too_large",
                    "the prefix has " + prefix.length() + " bytes, no key has more than " + Key.MAX_BYTES);
        }
    }
}
