package io.skipstone.chaos.check;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Facts;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import io.skipstone.chaos.history.Result;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A history written by hand, for tests of the checkers. Keys are {@code group/name}. */
final class Story {
    private final List<Operation> operations = new ArrayList<>();
    private final List<Commit> commits = new ArrayList<>();

    /** An operation with an answer that says nothing of revisions. */
    Story ok(long from, long to, Action action, Result... results) {
        return add(from, action, new Freshness.Linearizable(), answered(to, true, new Facts.Untold(), results));
    }

    /** Its guard did not hold. */
    Story guardFailed(long from, long to, Action action, Result... results) {
        return add(from, action, new Freshness.Linearizable(), answered(to, false, new Facts.Untold(), results));
    }

    /** An operation whose answer names a revision; its timestamp is ten times that. */
    Story at(long revision, long from, long to, Action action, Result... results) {
        return at(new Freshness.Linearizable(), revision, from, to, action, results);
    }

    Story at(Freshness freshness, long revision, long from, long to, Action action, Result... results) {
        return add(from, action, freshness, answered(to, true, new Facts.Told(revision, revision * 10), results));
    }

    Story unknown(long from, Action action) {
        return add(from, action, new Freshness.Linearizable(), new Outcome.Unknown(from + 1, "outcome_unknown"));
    }

    Story refused(long from, Action action) {
        return add(from, action, new Freshness.Linearizable(), new Outcome.Refused(from + 1, "not_ready"));
    }

    /** The store's next revision. */
    Story committed(String key, Seen... written) {
        return committed(Map.of(key, List.of(written)));
    }

    Story committed(Map<String, List<Seen>> writes) {
        long revision = commits.size() + 1L;
        return committed(new Commit(revision, revision * 10, writes));
    }

    Story committed(Commit commit) {
        commits.add(commit);
        return this;
    }

    List<Operation> operations() {
        return operations;
    }

    List<Verdict> verdicts() {
        return new Linearizability(Map.of()).check(operations);
    }

    List<Anomaly.Rule> broken() {
        return new Replay(operations, commits)
                .check().stream().map(Anomaly::rule).distinct().toList();
    }

    private Story add(long from, Action action, Freshness freshness, Outcome outcome) {
        operations.add(new Operation(operations.size() + 1, 1, "n1", action, freshness, from, outcome));
        return this;
    }

    private static Outcome answered(long to, boolean held, Facts facts, Result... results) {
        return new Outcome.Ok(to, new Answer(held, List.of(results)), facts);
    }

    static Action put(String key, String value) {
        return Action.of(Timeline.groupOf(key), new Step.Put(key, value));
    }

    static Action delete(String key) {
        return Action.of(Timeline.groupOf(key), new Step.Delete(key));
    }

    static Action get(String key) {
        return Action.of(Timeline.groupOf(key), new Step.Get(key));
    }

    static Action scan(String group) {
        return Action.of(group, new Step.GetAll());
    }

    static Result wrote(long version) {
        return new Result.Put(version);
    }

    static Result deleted(long count) {
        return new Result.Deleted(count);
    }

    static Result nothing() {
        return new Result.Got(List.of());
    }

    /** What a read finds, of a first version. */
    static Result found(String value) {
        return found(value, 1, 0);
    }

    static Result found(String value, long version, long revision) {
        return new Result.Got(List.of(new Seen(value, version, revision)));
    }

    /** What a scan finds: keys and the values of their first versions, in turn. */
    static Result listed(String... keysAndValues) {
        List<Result.Row> rows = new ArrayList<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            rows.add(new Result.Row(keysAndValues[i], new Seen(keysAndValues[i + 1], 1, 0)));
        }
        return new Result.Listed(rows);
    }
}
