package io.skipstone.command;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.DeletePrefix;
import io.skipstone.command.Operation.Get;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of each kind, by the name it has in the golden files. */
final class Examples {
    static final Timestamp COMMIT_TS =
            new Timestamp(Timestamp.ofMillis(1_700_000_000_000L).bits() + 7);
    private static final Key KEY = Key.utf8("city/IS/Reykjavik");
    private static final Bytes VALUE = Bytes.utf8("64.1,-21.9");

    private Examples() {}

    static Map<String, LogEntry> entries() {
        var entries = new LinkedHashMap<String, LogEntry>();
        commands().forEach((name, command) -> entries.put(name, new LogEntry(COMMIT_TS, Once.EACH_TIME, command)));
        entries.put(
                "once",
                new LogEntry(
                        COMMIT_TS, new Once.ByKey(Bytes.utf8("order-17"), 600_000), Txn.of(new Put(KEY, VALUE, 0))));
        return entries;
    }

    private static Map<String, Command> commands() {
        var commands = new LinkedHashMap<String, Command>();
        commands.put("put", Txn.of(new Put(KEY, VALUE, 0)));
        commands.put("put-empty-value", Txn.of(new Put(KEY, Bytes.EMPTY, 0)));
        commands.put("put-ttl", Txn.of(new Put(KEY, VALUE, 60_000)));
        commands.put("put-lease", Txn.of(new Put(KEY, VALUE, 0, 1L << 62)));
        commands.put("delete", Txn.of(new Delete(KEY)));
        commands.put("get", Txn.of(new Get(KEY)));
        commands.put("delete-prefix", Txn.of(new DeletePrefix(Bytes.utf8("city/"), Bytes.utf8("city/IS/"), 1_000_000)));
        commands.put("delete-everything", Txn.of(new DeletePrefix(Bytes.EMPTY, Bytes.EMPTY, 300)));
        commands.put("batch", Txn.of(new Put(KEY, VALUE, 0), new Delete(Key.utf8("b")), new Get(KEY)));
        compares()
                .forEach((name, compare) -> commands.put(
                        name,
                        new Txn(List.of(compare), List.of(new Delete(KEY)), List.of(new Get(KEY)), ReadSet.NONE)));
        commands.put(
                "optimistic",
                new Txn(
                        List.of(),
                        List.of(new Put(KEY, VALUE, 0)),
                        List.of(),
                        new ReadSet(
                                Timestamp.ofMillis(1_600_000_000_000L),
                                List.of(KEY, Key.utf8("b")),
                                List.of(KeyRange.prefix(Bytes.utf8("city/")), KeyRange.ALL))));
        commands.put("raise-gc-floor", new Command.RaiseGcFloor(Timestamp.ofMillis(1_500_000_000_000L)));
        commands.put("barrier", new Command.Barrier());
        commands.put("raise-clock-ceiling", new Command.RaiseClockCeiling(COMMIT_TS.plusMillis(3_000)));
        commands.put("grant-lease", new Command.GrantLease(1L << 62, 60, 100_000, 10_000));
        commands.put("revoke-lease", new Command.RevokeLease(7));
        commands.put("expire-lease", new Command.ExpireLease(7, COMMIT_TS, 3));
        commands.putAll(nested());
        return commands;
    }

    private static Map<String, Command> nested() {
        KeyRange one = KEY.asRange();
        var commands = new LinkedHashMap<String, Command>();
        commands.put("nested-put", NestedTxn.of(new Step.Put(KEY, VALUE)));
        commands.put("nested-put-lease", NestedTxn.of(new Step.Put(KEY, VALUE, 7, Step.Keeps.NOTHING, true)));
        commands.put(
                "nested-put-keeps", NestedTxn.of(new Step.Put(KEY, Bytes.EMPTY, 0, new Step.Keeps(true, true), false)));
        commands.put("nested-read", NestedTxn.of(new Step.Read(RangeRead.of(one, 0))));
        commands.put(
                "nested-read-all",
                NestedTxn.of(new Step.Read(new RangeRead(
                        KeyRange.ALL,
                        0,
                        300,
                        RangeRead.Content.KEYS_ONLY,
                        RangeRead.Order.DESCENDING,
                        RangeRead.By.CREATE_REVISION,
                        new RangeRead.Between(-1, 300),
                        new RangeRead.Between(2, Long.MAX_VALUE)))));
        commands.put("nested-delete", NestedTxn.of(new Step.Delete(KeyRange.prefix(Bytes.utf8("city/")), true)));
        commands.put("nested-nothing", NestedTxn.of());
        rangeCompares()
                .forEach((name, compare) -> commands.put(
                        name,
                        new NestedTxn(
                                List.of(compare),
                                List.of(new Step.Nested(NestedTxn.of(new Step.Delete(one, false)))),
                                List.of(new Step.Read(RangeRead.of(one, 1))))));
        return commands;
    }

    private static Map<String, RangeCompare> rangeCompares() {
        KeyRange one = KEY.asRange();
        var compares = new LinkedHashMap<String, RangeCompare>();
        compares.put(
                "range-compare-value", new RangeCompare(one, Relation.NOT_EQUAL, new RangeCompare.Target.Value(VALUE)));
        compares.put(
                "range-compare-version",
                new RangeCompare(KeyRange.ALL, Relation.GREATER, new RangeCompare.Target.Version(-1)));
        compares.put(
                "range-compare-create-revision",
                new RangeCompare(one, Relation.LESS, new RangeCompare.Target.CreateRevision(300)));
        compares.put(
                "range-compare-mod-revision",
                new RangeCompare(one, Relation.EQUAL, new RangeCompare.Target.ModRevision(0)));
        compares.put("range-compare-lease", new RangeCompare(one, Relation.EQUAL, new RangeCompare.Target.LeaseId(7)));
        return compares;
    }

    private static Map<String, Compare> compares() {
        var compares = new LinkedHashMap<String, Compare>();
        compares.put("compare-exists", new Compare(KEY, Relation.EQUAL, new Target.Exists(true)));
        compares.put("compare-missing", new Compare(KEY, Relation.EQUAL, new Target.Exists(false)));
        compares.put("compare-value", new Compare(KEY, Relation.NOT_EQUAL, new Target.Value(VALUE)));
        compares.put("compare-empty-value", new Compare(KEY, Relation.EQUAL, new Target.Value(Bytes.EMPTY)));
        compares.put("compare-version", new Compare(KEY, Relation.GREATER, new Target.Version(0)));
        compares.put("compare-create-revision", new Compare(KEY, Relation.LESS, new Target.CreateRevision(300)));
        compares.put("compare-mod-revision", new Compare(KEY, Relation.EQUAL, new Target.ModRevision(1L << 40)));
        compares.put("compare-commit-ts", new Compare(KEY, Relation.LESS, new Target.CommitTimestamp(COMMIT_TS)));
        return compares;
    }

    static Map<String, Outcome> outcomes() {
        var outcomes = new LinkedHashMap<String, Outcome>();
        outcomes.put("committed-put", committed(Branch.THEN, new Result.Put(1)));
        outcomes.put("committed-deleted", committed(Branch.OTHERWISE, new Result.Deleted(171_075)));
        outcomes.put("committed-deleted-nothing", committed(Branch.THEN, new Result.Deleted(0)));
        outcomes.put("committed-got", committed(Branch.THEN, new Result.Got(List.of(keyValue()))));
        outcomes.put("committed-got-nothing", committed(Branch.THEN, new Result.Got(List.of())));
        outcomes.put("committed-without-results", committed(Branch.OTHERWISE));
        outcomes.put("conflict", new Outcome.Conflict(KEY, COMMIT_TS));
        outcomes.put("below-gc-floor", new Outcome.BelowGcFloor(COMMIT_TS));
        outcomes.put("too-many-keys", new Outcome.TooManyKeys(1_000_000));
        outcomes.put("result-too-large", new Outcome.ResultTooLarge(3 << 20));
        outcomes.put("idempotency-key-reused", new Outcome.IdempotencyKeyReused());
        outcomes.put("floor-raised", new Outcome.FloorRaised(COMMIT_TS));
        outcomes.put("floor-never-raised", new Outcome.FloorRaised(Timestamp.NONE));
        outcomes.put("barrier-passed", new Outcome.BarrierPassed(COMMIT_TS));
        outcomes.put("ceiling-raised", new Outcome.CeilingRaised(COMMIT_TS.plusMillis(3_000)));
        outcomes.put("committed-got-leased", committed(Branch.THEN, new Result.Got(List.of(leased()))));
        outcomes.put("lease-granted", new Outcome.LeaseGranted(1L << 62, 60, COMMIT_TS));
        outcomes.put("lease-exists", new Outcome.LeaseExists(7));
        outcomes.put("too-many-leases", new Outcome.TooManyLeases(100_000));
        outcomes.put("lease-revoked", new Outcome.LeaseRevoked(7, 3, 300, COMMIT_TS));
        outcomes.put("lease-not-found", new Outcome.LeaseNotFound(7));
        outcomes.put("lease-full", new Outcome.LeaseFull(7, 10_000));
        outcomes.put("lease-kept", new Outcome.LeaseKept(7));
        outcomes.put(
                "ran",
                new Outcome.Ran(
                        300,
                        COMMIT_TS,
                        List.of(
                                new StepResult.Chose(Branch.OTHERWISE),
                                new StepResult.Chose(Branch.THEN),
                                new StepResult.Rows(171_075, true, List.of(keyValue(), leased())))));
        outcomes.put("ran-without-steps", new Outcome.Ran(0, COMMIT_TS, List.of(new StepResult.Chose(Branch.THEN))));
        outcomes.put("key-missing", new Outcome.KeyMissing());
        outcomes.put("revision-in-future", new Outcome.RevisionInFuture(300));
        return outcomes;
    }

    private static Outcome committed(Branch branch, Result... results) {
        return new Outcome.Committed(branch, 300, COMMIT_TS, List.of(results));
    }

    private static KeyValue leased() {
        return new KeyValue(KEY, VALUE, 17, 300, 4, COMMIT_TS, Timestamp.NONE, 7);
    }

    private static KeyValue keyValue() {
        return new KeyValue(KEY, VALUE, 17, 300, 4, COMMIT_TS, COMMIT_TS.plusMillis(1000));
    }
}
