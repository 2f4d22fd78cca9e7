package io.skipstone.chaos.check;

import io.skipstone.chaos.check.Anomaly.Rule;
import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Facts;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds a history against what the store says of itself. Every answer carries the revision at which the action took place, and a stopped
 * store knows every write of every revision: so all writes are done again in their order, and each answer must be the one that follows.
 */
public final class Replay {
    private final List<Operation> history;
    private final List<Commit> commits;
    private final Timeline timeline;
    private final List<Anomaly> anomalies = new ArrayList<>();
    private final Map<Long, Operation> claimed = new HashMap<>();
    private final Map<Integer, Long> places = new HashMap<>();

    /**
     * @param history by all clients, with the reads at its end
     * @param commits everything that the store ever held, in its order
     */
    public Replay(List<Operation> history, List<Commit> commits) {
        this.history = List.copyOf(history);
        this.commits = List.copyOf(commits);
        this.timeline = new Timeline(commits);
    }

    /** What is wrong; empty for a history without a fault. */
    public List<Anomaly> check() {
        anomalies.addAll(new CommitOrder(commits, timeline).check());
        history.forEach(this::checkAnswer);
        anomalies.addAll(new Unclaimed(history, commits, timeline, claimed, places).check());
        anomalies.addAll(RealTime.check(history, places));
        return List.copyOf(anomalies);
    }

    /** After {@link #check}: the revision at which an operation took place, by its number; a hint for another checker. */
    public Map<Integer, Long> places() {
        return Map.copyOf(places);
    }

    private void checkAnswer(Operation operation) {
        if (operation.outcome() instanceof Outcome.Ok ok && ok.facts() instanceof Facts.Told told) {
            if (ok.answer().hasChanged()) {
                checkWrite(operation, ok, told);
            } else {
                checkRead(operation, ok, told);
            }
        }
    }

    private void checkWrite(Operation operation, Outcome.Ok ok, Facts.Told told) {
        long revision = told.revision();
        places.put(operation.id(), revision);
        Operation other = claimed.putIfAbsent(revision, operation);
        if (other != null) {
            report(Rule.A_REVISION_IS_ONE_WRITE, "revision " + revision + " was given to two writes", other, operation);
            return;
        }
        if (timeline.commit(revision)
                .filter(found -> found.timestamp() == told.timestamp())
                .isEmpty()) {
            report(
                    Rule.ACKNOWLEDGED_WRITES_ARE_KEPT,
                    "the store has no revision " + revision + " at " + told.timestamp() + " but "
                            + timeline.commit(revision) + "; newest is " + timeline.last(),
                    operation);
            return;
        }
        Action action = operation.action();
        Model.Done done = Model.run(timeline.at(action.group(), revision - 1), action, revision);
        if (!done.answer().equals(ok.answer())) {
            report(
                    Rule.ANSWERS_FOLLOW_FROM_THE_REVISIONS_BEFORE,
                    "at revision " + revision + " the answer is " + done.answer(),
                    operation);
        } else if (!isWhatWasWritten(action.group(), revision, done.after())) {
            report(
                    Rule.ACKNOWLEDGED_WRITES_ARE_KEPT,
                    "revision " + revision + " should leave " + done.after() + " and leaves "
                            + timeline.at(action.group(), revision) + " by " + timeline.commit(revision),
                    operation);
        }
    }

    private boolean isWhatWasWritten(String group, long revision, State after) {
        boolean staysInItsGroup = timeline.commit(revision).stream()
                .flatMap(commit -> commit.writes().keySet().stream())
                .allMatch(key -> Timeline.groupOf(key).equals(group));
        return staysInItsGroup && timeline.at(group, revision).equals(after);
    }

    private void checkRead(Operation operation, Outcome.Ok ok, Facts.Told told) {
        long revision =
                switch (operation.freshness()) {
                    case Freshness.AtRevision(long asked) -> asked;
                    case Freshness.Linearizable _, Freshness.Local _ -> told.revision();
                };
        if (operation.isLinearizable()) {
            places.put(operation.id(), revision);
        }
        if (revision > timeline.last()) {
            report(
                    Rule.NOTHING_IS_READ_FROM_THE_FUTURE,
                    "read at revision " + revision + ", the newest is " + timeline.last(),
                    operation);
            return;
        }
        Action action = operation.action();
        Model.Done done = Model.run(timeline.at(action.group(), revision), action, revision);
        if (!done.answer().equals(ok.answer())) {
            report(
                    Rule.READS_SHOW_THE_STATE_AT_THEIR_REVISION,
                    "at revision " + revision + " the answer is " + done.answer(),
                    operation);
        }
    }

    private void report(Rule rule, String detail, Operation... involved) {
        anomalies.add(new Anomaly(rule, detail, List.of(involved)));
    }
}
