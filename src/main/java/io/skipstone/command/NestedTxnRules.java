package io.skipstone.command;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.TooLarge;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** What a nested transaction must keep to: on no path is a key put twice, or put and deleted. */
final class NestedTxnRules {
    /** Steps and compares of one transaction; a nested one has what its parent leaves. */
    static final int MAX_STEPS = 128;

    /** Transactions inside one another. Protobuf reads a hundred messages inside one another, and each of these is two. */
    static final int MAX_DEPTH = 32;

    private NestedTxnRules() {}

    static void check(NestedTxn txn, Limits limits) {
        checkSize(txn, MAX_STEPS, MAX_DEPTH);
        checkParts(txn, limits);
        writes(txn);
    }

    private static void checkSize(NestedTxn txn, int stepsLeft, int depthLeft) {
        if (depthLeft == 0) {
            throw new TooLarge("txn_too_deep", "more than " + MAX_DEPTH + " transactions are nested in one another");
        }
        int most = Math.max(
                txn.compares().size(),
                Math.max(txn.then().size(), txn.otherwise().size()));
        if (most > stepsLeft) {
            throw new TooLarge(
                    "txn_too_large",
                    "the transaction has " + most + " steps or compares where " + stepsLeft
                            + " are left; split it into several transactions");
        }
        nested(txn.then()).forEach(inner -> checkSize(inner, stepsLeft - most, depthLeft - 1));
        nested(txn.otherwise()).forEach(inner -> checkSize(inner, stepsLeft - most, depthLeft - 1));
    }

    private static List<NestedTxn> nested(List<Step> branch) {
        return branch.stream()
                .filter(Step.Nested.class::isInstance)
                .map(step -> ((Step.Nested) step).txn())
                .toList();
    }

    private static void checkParts(NestedTxn txn, Limits limits) {
        for (RangeCompare compare : txn.compares()) {
            checkRange(compare.keys());
            if (compare.target() instanceof RangeCompare.Target.Value(var value)) {
                TxnRules.checkValue(value, limits);
            }
        }
        txn.then().forEach(step -> checkStep(step, limits));
        txn.otherwise().forEach(step -> checkStep(step, limits));
    }

    private static void checkStep(Step step, Limits limits) {
        switch (step) {
            case Step.Put put -> checkPut(put, limits);
            case Step.Read(var read) -> checkRange(read.keys());
            case Step.Delete(var keys, var _) -> checkRange(keys);
            case Step.Nested(var inner) -> checkParts(inner, limits);
        }
    }

    private static void checkPut(Step.Put put, Limits limits) {
        TxnRules.checkValue(put.value(), limits);
        if (put.leaseId() < 0) {
            throw new BadRequest("bad_lease_id", "the lease id " + put.leaseId() + " cannot be; ids start at 1");
        }
        if (put.keeps().value() && !put.value().isEmpty()) {
            throw new BadRequest("value_provided", "a put keeps the value and brings one; leave one of them out");
        }
        if (put.keeps().lease() && put.leaseId() > 0) {
            throw new BadRequest("lease_provided", "a put keeps the lease and brings one; leave one of them out");
        }
    }

    private static void checkRange(KeyRange keys) {
        int bytes = Math.max(keys.start().length(), keys.end().length());
        // The end of a range with one key is that key and one byte more.
        if (bytes > Key.MAX_BYTES + 1) {
            throw new TooLarge(
                    "range_too_large",
                    "a bound of a range has " + bytes + " bytes, no key has more than " + Key.MAX_BYTES);
        }
    }

    /** The two branches may write the same: only one of them runs. */
    private static Writes writes(NestedTxn txn) {
        Writes writes = writes(txn.then());
        writes.addAll(writes(txn.otherwise()));
        return writes;
    }

    private static Writes writes(List<Step> branch) {
        var writes = new Writes();
        for (Step step : branch) {
            switch (step) {
                case Step.Put put -> writes.put(put.key().bytes());
                case Step.Delete(var keys, var _) -> writes.delete(keys);
                case Step.Nested(var inner) -> writes.add(writes(inner));
                case Step.Read _ -> {}
            }
        }
        return writes;
    }

    /** What runs together so far. Small requests make many of these, so finding one costs the logarithm of their number. */
    private static final class Writes {
        private final TreeSet<Bytes> puts = new TreeSet<>();
        private final CoveredKeys deletes = new CoveredKeys();

        void put(Bytes key) {
            check(!puts.contains(key) && !deletes.contain(key));
            puts.add(key);
        }

        void delete(KeyRange keys) {
            check(!hasPutIn(keys));
            deletes.add(keys);
        }

        void add(Writes others) {
            check(others.puts.stream().noneMatch(key -> puts.contains(key) || deletes.contain(key)));
            check(others.deletes.ranges().stream().noneMatch(this::hasPutIn));
            addAll(others);
        }

        /** Without a check: of both, only one runs. */
        void addAll(Writes others) {
            puts.addAll(others.puts);
            others.deletes.ranges().forEach(deletes::add);
        }

        private boolean hasPutIn(KeyRange keys) {
            return Optional.ofNullable(puts.ceiling(keys.start()))
                    .filter(keys::contains)
                    .isPresent();
        }

        private static void check(boolean apart) {
            if (!apart) {
                throw new BadRequest(
                        "duplicate_key",
                        "a key is put twice, or put and deleted, in one transaction; keep the last of these writes");
            }
        }
    }
}
