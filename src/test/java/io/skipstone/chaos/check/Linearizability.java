package io.skipstone.chaos.check;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Looks for an order of all operations on a group in which each takes effect at one moment between its beginning and its end and every
 * answer is what a simple map would say. Believes values and versions only, no revision and no timestamp.
 *
 * <p>A group is one object, and an action stands in one group; linearizability of all objects is linearizability of the whole (Herlihy and
 * Wing, 1990, theorem 1). So a group of one key is a register, and the verdict on a group of several, with transactions and scans over all
 * of them, is strict serializability.
 */
public final class Linearizability {
    /** Steps of one search. A history of thousands of operations without a fault takes a few steps for each. */
    private static final long MOST_STEPS = 500_000;

    private final Map<Integer, Long> hints;

    /**
     * @param hints where an operation may have taken effect, by its number: where to look first, and nothing more
     */
    public Linearizability(Map<Integer, Long> hints) {
        this.hints = Map.copyOf(hints);
    }

    /** One verdict for each group. */
    public List<Verdict> check(List<Operation> history) {
        Map<String, List<Operation>> groups = history.stream()
                .filter(Operation::isLinearizable)
                .filter(Linearizability::counts)
                .collect(groupingBy(operation -> operation.action().group(), TreeMap::new, toList()));
        return groups.entrySet().stream()
                .map(group -> new Search(group.getKey(), group.getValue(), hints, MOST_STEPS).run())
                .toList();
    }

    /** What was refused did nothing, and a read without an answer says nothing. */
    private static boolean counts(Operation operation) {
        return switch (operation.outcome()) {
            case Outcome.Ok _ -> true;
            case Outcome.Refused _ -> false;
            case Outcome.Unknown _ -> operation.action().mayWrite();
        };
    }
}
