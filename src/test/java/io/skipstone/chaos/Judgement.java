package io.skipstone.chaos;

import static java.util.stream.Collectors.joining;

import io.skipstone.chaos.check.Linearizability;
import io.skipstone.chaos.check.Replay;
import io.skipstone.chaos.check.Verdict;
import io.skipstone.chaos.cluster.StoppedStore;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What all checkers say of a history. */
final class Judgement {
    private Judgement() {}

    /** Each watcher was told of every revision that the store holds, in order and once, and of nothing else. */
    static List<String> ofWatchers(List<List<Commit>> watched, StoppedStore store) {
        List<String> broken = new ArrayList<>();
        for (List<Commit> told : watched) {
            for (int i = 0; i < Math.max(told.size(), store.commits().size()); i++) {
                Optional<Commit> wanted = at(store.commits(), i);
                Optional<Commit> got = at(told, i);
                if (!got.equals(wanted)) {
                    broken.add("a watcher was told " + got + " where the store holds " + wanted);
                    break;
                }
            }
        }
        return broken;
    }

    private static Optional<Commit> at(List<Commit> commits, int place) {
        return place < commits.size() ? Optional.of(commits.get(place)) : Optional.empty();
    }

    /**
     * Every broken promise, as text; none for a history without a fault.
     *
     * @param stores of all members after the end
     */
    static List<String> of(List<Operation> history, List<StoppedStore> stores) {
        List<String> broken = new ArrayList<>();
        StoppedStore first = stores.getFirst();
        if (stores.stream().anyMatch(store -> !store.hash().equals(first.hash()))) {
            broken.add("the states of the nodes differ: "
                    + stores.stream()
                            .map(store -> store.applied() + " " + store.hash().hex() + " with "
                                    + store.commits().size() + " revisions")
                            .collect(joining("; ")));
        }
        var replay = new Replay(history, first.commits());
        replay.check().forEach(anomaly -> broken.add(anomaly.toString()));
        for (Verdict verdict : new Linearizability(replay.places()).check(history)) {
            if (!(verdict instanceof Verdict.Linearizable)) {
                broken.add(verdict.toString());
            }
        }
        return broken;
    }
}
