package io.skipstone.chaos.check;

import io.skipstone.chaos.check.Anomaly.Rule;
import io.skipstone.chaos.history.Operation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** An operation that began after another had ended took place at no smaller revision, and a write at a greater one. */
final class RealTime {
    private RealTime() {}

    /**
     * @param places revisions, by the operations' numbers
     */
    static List<Anomaly> check(List<Operation> history, Map<Integer, Long> places) {
        List<Operation> begun = history.stream()
                .filter(operation -> places.containsKey(operation.id()))
                .sorted(Comparator.comparingLong(Operation::invokedNanos))
                .toList();
        List<Operation> ended = begun.stream()
                .filter(operation -> operation.ok().isPresent())
                .sorted(Comparator.comparingLong(RealTime::returned))
                .toList();
        List<Anomaly> anomalies = new ArrayList<>();
        int next = 0;
        List<Operation> newest = List.of();
        for (Operation operation : begun) {
            for (; next < ended.size() && returned(ended.get(next)) < operation.invokedNanos(); next++) {
                Operation candidate = ended.get(next);
                if (newest.isEmpty()
                        || places.get(candidate.id())
                                > places.get(newest.getFirst().id())) {
                    newest = List.of(candidate);
                }
            }
            for (Operation before : newest) {
                long known = places.get(before.id());
                long place = places.get(operation.id());
                if (place < known || (place == known && writes(operation))) {
                    anomalies.add(new Anomaly(
                            Rule.REVISIONS_FOLLOW_REAL_TIME,
                            "revision " + known + " was known before an operation began that took place at " + place,
                            List.of(before, operation)));
                }
            }
        }
        return anomalies;
    }

    private static boolean writes(Operation operation) {
        return operation.ok().map(ok -> ok.answer().hasChanged()).orElse(true);
    }

    private static long returned(Operation operation) {
        return operation.ok().orElseThrow().returnedNanos();
    }
}
