package io.skipstone.chaos.check;

import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The search for an order, of one group: depth first over which operation comes next (Wing and Gong, 1993), never twice from the same
 * state with the same operations behind it (Lowe, 2017). An operation of unknown outcome never ends, and may be left out.
 */
final class Search {
    private final String group;

    /** Those with an answer, then those without; each by its beginning. */
    private final List<Entry> entries;

    private final int toExplain;
    private final long mostSteps;
    private final Set<Visited> visited = new HashSet<>();
    private final BitSet done = new BitSet();
    private final Deque<Place> path = new ArrayDeque<>();
    private List<Integer> longest = List.of();
    private List<Entry> stuck = List.of();
    private int answered;
    private long steps;

    Search(String group, List<Operation> operations, Map<Integer, Long> hints, long mostSteps) {
        this.group = group;
        this.mostSteps = mostSteps;
        this.entries = operations.stream()
                .map(operation -> Entry.of(operation, hints.getOrDefault(operation.id(), Long.MAX_VALUE)))
                .sorted(Comparator.comparing(Entry::hasAnswer).reversed().thenComparingLong(Entry::invoked))
                .toList();
        this.toExplain = (int) entries.stream().filter(Entry::hasAnswer).count();
    }

    /**
     * @param returned {@link Long#MAX_VALUE} if it may still take effect
     * @param answer what it must say; any answer where none came
     */
    private record Entry(Operation operation, long invoked, long returned, List<Answer> answer, long hint) {
        static Entry of(Operation operation, long hint) {
            return switch (operation.outcome()) {
                case Outcome.Ok ok ->
                    new Entry(
                            operation,
                            operation.invokedNanos(),
                            ok.returnedNanos(),
                            List.of(ok.answer().withoutRevisions()),
                            hint);
                case Outcome.Refused _, Outcome.Unknown _ ->
                    new Entry(operation, operation.invokedNanos(), Long.MAX_VALUE, List.of(), hint);
            };
        }

        boolean hasAnswer() {
            return !answer.isEmpty();
        }
    }

    /** Every operation with an answer before {@code first} is done. */
    private record Visited(int first, BitSet doneBehind, State state) {}

    /** One possible next operation, and the state behind it. */
    private record Move(int entry, State after) {}

    /** A point on the way: what can still be tried from there, and what led there. */
    private record Place(Deque<Move> moves, int taken, int first) {}

    Verdict run() {
        enter(State.EMPTY, -1, 0);
        while (answered < toExplain) {
            if (++steps > mostSteps) {
                return new Verdict.Undecided(group, steps);
            }
            Place here = path.getLast();
            Move move = here.moves().poll();
            if (move != null) {
                take(move, here.first());
            } else {
                rememberLongest();
                if (path.size() == 1) {
                    return violation();
                }
                path.removeLast();
                giveBack(here.taken());
            }
        }
        return new Verdict.Linearizable(toExplain);
    }

    private void take(Move move, int first) {
        done.set(move.entry());
        int next = done.nextClearBit(first);
        if (!visited.add(new Visited(next, done.get(next, entries.size()), move.after()))) {
            done.clear(move.entry());
            return;
        }
        answered += entries.get(move.entry()).hasAnswer() ? 1 : 0;
        enter(move.after(), move.entry(), next);
    }

    private void giveBack(int entry) {
        done.clear(entry);
        answered -= entries.get(entry).hasAnswer() ? 1 : 0;
    }

    private void enter(State state, int taken, int first) {
        path.addLast(new Place(moves(state, candidates(first)), taken, first));
    }

    private void rememberLongest() {
        if (path.size() > longest.size() + 1) {
            longest = path.stream().skip(1).map(Place::taken).toList();
            stuck = candidates(path.getLast().first()).stream()
                    .map(entries::get)
                    .toList();
        }
    }

    /** What is not done yet and began before anything else that is not done has ended. */
    private List<Integer> candidates(int first) {
        List<Integer> begun = new ArrayList<>();
        long firstEnd = Long.MAX_VALUE;
        for (int i = first; i < toExplain && entries.get(i).invoked() <= firstEnd; i = done.nextClearBit(i + 1)) {
            begun.add(i);
            firstEnd = Math.min(firstEnd, entries.get(i).returned());
        }
        int unknown = done.nextClearBit(toExplain);
        for (int i = unknown;
                i < entries.size() && entries.get(i).invoked() <= firstEnd;
                i = done.nextClearBit(i + 1)) {
            begun.add(i);
        }
        return begun;
    }

    private Deque<Move> moves(State state, List<Integer> candidates) {
        List<Move> moves = new ArrayList<>();
        for (int candidate : candidates) {
            Entry entry = entries.get(candidate);
            Model.Done result = Model.run(state, entry.operation().action(), 0);
            boolean changes = !result.after().equals(state);
            if (entry.hasAnswer() && !entry.answer().getFirst().equals(result.answer())) {
                continue;
            }
            if (entry.hasAnswer() && !changes) {
                // It fits here and changes nothing: whatever order there is, there is one with it here.
                return new ArrayDeque<>(List.of(new Move(candidate, state)));
            }
            if (changes) {
                moves.add(new Move(candidate, result.after()));
            }
        }
        moves.sort(
                Comparator.<Move>comparingLong(move -> entries.get(move.entry()).hint())
                        .thenComparingLong(move -> entries.get(move.entry()).returned()));
        return new ArrayDeque<>(moves);
    }

    private Verdict violation() {
        return new Verdict.Violation(
                group,
                longest.stream().map(entry -> entries.get(entry).operation()).toList(),
                stuck.stream().map(Entry::operation).toList());
    }
}
