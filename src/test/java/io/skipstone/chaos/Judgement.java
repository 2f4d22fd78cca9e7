package io.skipstone.chaos;

import static java.util.stream.Collectors.joining;

import io.skipstone.chaos.check.Linearizability;
import io.skipstone.chaos.check.Replay;
import io.skipstone.chaos.check.Verdict;
import io.skipstone.chaos.cluster.StoppedStore;
import io.skipstone.chaos.history.Operation;
import java.util.ArrayList;
import java.util.List;

/** What all checkers say of a history. */
final class Judgement {
    private Judgement() {}

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
