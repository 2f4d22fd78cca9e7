package io.skipstone.apply;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.RangeCompare;
import io.skipstone.command.RangeRead;
import io.skipstone.command.RangeRead.Content;
import io.skipstone.command.RangeRead.Order;
import io.skipstone.command.Step;
import io.skipstone.command.StepResult;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What etcd does, over a sorted map: steps are carried out one after the other, and undone if one of them cannot be. A range is read whole, and
 * then cut.
 */
final class EtcdModel {
    /** By revision: the state that it left. */
    private final List<TreeMap<Bytes, KeyValue>> history = new ArrayList<>();

    private final TreeMap<Long, Integer> maxKeysOfLeases = new TreeMap<>();
    private TreeMap<Bytes, KeyValue> rows = new TreeMap<>();
    private final Set<Key> written = new LinkedHashSet<>();
    private final List<StepResult> results = new ArrayList<>();
    private Timestamp commitTs = Timestamp.NONE;

    EtcdModel() {
        history.add(new TreeMap<>());
    }

    long revision() {
        return history.size() - 1L;
    }

    List<KeyValue> rows() {
        return List.copyOf(rows.values());
    }

    /** Keys that the last transaction has written, in order. */
    List<Key> written() {
        return List.copyOf(written);
    }

    Map<Long, Integer> keysOfLeases() {
        var keys = new HashMap<Long, Integer>();
        maxKeysOfLeases.keySet().forEach(id -> keys.put(id, keysOf(rows, id)));
        return keys;
    }

    void grant(long id, int maxKeys) {
        maxKeysOfLeases.putIfAbsent(id, maxKeys);
    }

    void revoke(long id) {
        if (maxKeysOfLeases.remove(id) != null && rows.values().removeIf(row -> row.leaseId() == id)) {
            history.add(new TreeMap<>(rows));
        }
    }

    Outcome run(NestedTxn txn, Timestamp at) {
        var before = new TreeMap<>(rows);
        commitTs = at;
        written.clear();
        results.clear();
        try {
            walk(choose(txn));
            refuseFullLeases(before);
        } catch (Refused refused) {
            rows = before;
            written.clear();
            return refused.outcome();
        }
        if (!written.isEmpty()) {
            history.add(new TreeMap<>(rows));
        }
        return new Outcome.Ran(revision(), at, results);
    }

    /** The branches on the way, each with what is chosen inside it. */
    private record Path(boolean succeeds, List<Step> steps, List<Path> inner) {}

    private Path choose(NestedTxn txn) {
        boolean succeeds = txn.compares().stream().allMatch(this::holds);
        List<Step> steps = succeeds ? txn.then() : txn.otherwise();
        return new Path(
                succeeds,
                steps,
                steps.stream()
                        .filter(Step.Nested.class::isInstance)
                        .map(step -> choose(((Step.Nested) step).txn()))
                        .toList());
    }

    private boolean holds(RangeCompare compare) {
        List<KeyValue> found = in(rows, compare.keys());
        if (!found.isEmpty()) {
            return found.stream().allMatch(row -> holds(compare, row));
        }
        var missing = new KeyValue(Key.utf8("-"), Bytes.EMPTY, 0, 0, 0, Timestamp.NONE, Timestamp.NONE);
        return !(compare.target() instanceof RangeCompare.Target.Value) && holds(compare, missing);
    }

    private static boolean holds(RangeCompare compare, KeyValue row) {
        int sign =
                switch (compare.target()) {
                    case RangeCompare.Target.Value(var value) -> row.value().compareTo(value);
                    case RangeCompare.Target.Version(var version) -> Long.compare(row.version(), version);
                    case RangeCompare.Target.CreateRevision(var revision) ->
                        Long.compare(row.createRevision(), revision);
                    case RangeCompare.Target.ModRevision(var revision) -> Long.compare(row.modRevision(), revision);
                    case RangeCompare.Target.LeaseId(var id) -> Long.compare(row.leaseId(), id);
                };
        return switch (compare.relation()) {
            case EQUAL -> sign == 0;
            case NOT_EQUAL -> sign != 0;
            case LESS -> sign < 0;
            case GREATER -> sign > 0;
        };
    }

    private void walk(Path path) {
        results.add(new StepResult.Chose(path.succeeds() ? Branch.THEN : Branch.OTHERWISE));
        var inner = path.inner().iterator();
        for (Step step : path.steps()) {
            switch (step) {
                case Step.Put put -> results.add(put(put));
                case Step.Read(var read) -> results.add(read(read));
                case Step.Delete delete -> results.add(delete(delete));
                case Step.Nested _ -> walk(inner.next());
            }
        }
    }

    private StepResult put(Step.Put put) {
        KeyValue old = rows.get(put.key().bytes());
        if (old == null && (put.keeps().value() || put.keeps().lease())) {
            throw new Refused(new Outcome.KeyMissing());
        }
        if (put.leaseId() != 0 && !maxKeysOfLeases.containsKey(put.leaseId())) {
            throw new Refused(new Outcome.LeaseNotFound(put.leaseId()));
        }
        long next = revision() + 1;
        rows.put(
                put.key().bytes(),
                new KeyValue(
                        put.key(),
                        put.keeps().value() ? old.value() : put.value(),
                        old == null ? next : old.createRevision(),
                        next,
                        old == null ? 1 : old.version() + 1,
                        commitTs,
                        Timestamp.NONE,
                        put.keeps().lease() ? old.leaseId() : put.leaseId()));
        written.add(put.key());
        return new StepResult.Rows(1, false, put.previous() && old != null ? List.of(old) : List.of());
    }

    private StepResult delete(Step.Delete delete) {
        List<KeyValue> gone = in(rows, delete.keys());
        gone.forEach(row -> {
            rows.remove(row.key().bytes());
            written.add(row.key());
        });
        boolean withValues = delete.previous();
        return new StepResult.Rows(gone.size(), false, withValues ? gone : List.of());
    }

    private StepResult read(RangeRead read) {
        if (read.revision() > revision()) {
            throw new Refused(new Outcome.RevisionInFuture(revision()));
        }
        List<KeyValue> all =
                in(read.revision() == RangeRead.NEWEST ? rows : history.get((int) read.revision()), read.keys());
        if (read.content() == Content.COUNT_ONLY) {
            return new StepResult.Rows(all.size(), false, List.of());
        }
        boolean cutFirst = read.order() == Order.AS_FOUND && !read.isFiltered() && read.limit() > 0;
        List<KeyValue> sorted = all.stream()
                .limit(cutFirst ? read.limit() + 1 : Long.MAX_VALUE)
                .filter(row -> row.modRevision() >= read.modRevisions().least())
                .filter(row -> row.modRevision() <= read.modRevisions().most())
                .filter(row -> row.createRevision() >= read.createRevisions().least())
                .filter(row -> row.createRevision() <= read.createRevisions().most())
                .sorted(order(read))
                .toList();
        long limit = read.limit() == 0 ? Long.MAX_VALUE : read.limit();
        List<KeyValue> cut = sorted.stream()
                .limit(limit)
                .map(row -> read.content() == Content.KEYS_ONLY ? withoutValue(row) : row)
                .toList();
        return new StepResult.Rows(all.size(), sorted.size() > limit, cut);
    }

    private static Comparator<KeyValue> order(RangeRead read) {
        Comparator<KeyValue> order =
                switch (read.by()) {
                    case KEY -> Comparator.comparing(row -> row.key().bytes());
                    case VERSION -> Comparator.comparing(KeyValue::version);
                    case CREATE_REVISION -> Comparator.comparing(KeyValue::createRevision);
                    case MOD_REVISION -> Comparator.comparing(KeyValue::modRevision);
                    case VALUE -> Comparator.comparing(KeyValue::value);
                };
        return read.order() == Order.DESCENDING ? order.reversed() : order;
    }

    private void refuseFullLeases(Map<Bytes, KeyValue> before) {
        maxKeysOfLeases.forEach((id, maxKeys) -> {
            int now = keysOf(rows, id);
            if (now > maxKeys && now > keysOf(before, id)) {
                throw new Refused(new Outcome.LeaseFull(id, maxKeys));
            }
        });
    }

    private static int keysOf(Map<Bytes, KeyValue> state, long lease) {
        return (int)
                state.values().stream().filter(row -> row.leaseId() == lease).count();
    }

    private static List<KeyValue> in(Map<Bytes, KeyValue> state, KeyRange keys) {
        return state.values().stream()
                .filter(row -> keys.contains(row.key().bytes()))
                .toList();
    }

    private static KeyValue withoutValue(KeyValue row) {
        return new KeyValue(
                row.key(),
                Bytes.EMPTY,
                row.createRevision(),
                row.modRevision(),
                row.version(),
                row.commitTs(),
                row.expiresAt(),
                row.leaseId());
    }
}
