package io.skipstone.chaos.check;

import io.skipstone.chaos.check.Anomaly.Rule;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Revisions that no answer speaks of: each is the doing of one operation of unknown outcome, and of none that was refused, answered or
 * has taken effect already.
 */
final class Unclaimed {
    private final List<Operation> history;
    private final List<Commit> commits;
    private final Timeline timeline;
    private final Map<Long, Operation> claimed;
    private final Map<Integer, Long> places;
    private final Set<Integer> used = new HashSet<>();
    private final List<Anomaly> anomalies = new ArrayList<>();

    Unclaimed(
            List<Operation> history,
            List<Commit> commits,
            Timeline timeline,
            Map<Long, Operation> claimed,
            Map<Integer, Long> places) {
        this.history = history;
        this.commits = commits;
        this.timeline = timeline;
        this.claimed = claimed;
        this.places = places;
    }

    /** Fills in the places of those that explain a revision. */
    List<Anomaly> check() {
        List<Operation> unknown = history.stream()
                .filter(operation -> operation.outcome() instanceof Outcome.Unknown)
                .filter(operation -> operation.action().mayWrite())
                .toList();
        for (Commit commit : commits) {
            if (!claimed.containsKey(commit.revision())) {
                explain(commit, unknown);
            }
        }
        return anomalies;
    }

    private void explain(Commit commit, List<Operation> unknown) {
        Optional<Operation> explanation = unknown.stream()
                .filter(operation -> !used.contains(operation.id()))
                .filter(operation -> couldHaveMade(operation, commit))
                .findFirst();
        explanation.ifPresentOrElse(
                operation -> {
                    used.add(operation.id());
                    places.put(operation.id(), commit.revision());
                },
                () -> anomalies.add(new Anomaly(
                        Rule.EVERY_REVISION_WAS_ASKED_FOR_ONCE,
                        commit + " was acknowledged to nobody; those who asked for the like:",
                        history.stream()
                                .filter(operation -> operation.action().mayWrite())
                                .filter(operation -> couldHaveMade(operation, commit))
                                .toList())));
    }

    private boolean couldHaveMade(Operation operation, Commit commit) {
        String group = operation.action().group();
        long revision = commit.revision();
        if (!commit.writes().keySet().stream()
                .allMatch(key -> Timeline.groupOf(key).equals(group))) {
            return false;
        }
        Model.Done done = Model.run(timeline.at(group, revision - 1), operation.action(), revision);
        return done.answer().hasChanged() && done.after().equals(timeline.at(group, revision));
    }
}
