package io.skipstone.chaos.check;

import io.skipstone.chaos.client.Choices;
import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Facts;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import io.skipstone.chaos.history.Result;
import io.skipstone.chaos.history.Seen;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** A store in no time at all, with clients that overlap, answers that are lost, and at most one fault. */
final class SimulatedStore {
    private static final int CLIENTS = 8;
    private static final long LONGEST_TICKS = 1_000;

    private final Random random;
    private final int operations;
    private final Choices actions;
    private final PriorityQueue<Event> events = new PriorityQueue<>(Comparator.comparingLong(Event::at));
    private final List<Operation> history = new ArrayList<>();
    private final List<Commit> commits = new ArrayList<>();
    private final Map<String, Long> known = new HashMap<>();
    private final List<Fault> faults;
    private final Timeline timeline = new Timeline(List.of());
    private int begun;

    /** What goes wrong, once, in the second half. */
    enum Fault {
        LOSE_A_WRITE,
        APPLY_TWICE,
        APPLY_A_REFUSED_WRITE,
        IGNORE_A_GUARD,
        READ_A_STALE_STATE,
        READ_HALF_A_TRANSACTION
    }

    record Run(List<Operation> history, List<Commit> commits) {}

    private record Event(long at, Runnable happens) {}

    private SimulatedStore(Random random, int operations, List<Fault> faults) {
        this.random = random;
        this.operations = operations;
        this.faults = new ArrayList<>(faults);
        this.actions = new Choices(random, "v");
    }

    static Run run(Random random, int operations, List<Fault> faults) {
        var store = new SimulatedStore(random, operations, faults);
        for (int client = 0; client < CLIENTS; client++) {
            store.begin(client, 0);
        }
        while (!store.events.isEmpty()) {
            store.events.poll().happens().run();
        }
        if (!store.faults.isEmpty()) {
            throw new IllegalStateException(store.faults + " had no chance in " + operations + " operations");
        }
        return new Run(store.history, store.commits);
    }

    private void begin(int client, long now) {
        // A fault that had no chance yet gets more operations to find one.
        if (begun >= operations && (faults.isEmpty() || begun >= 8 * operations)) {
            return;
        }
        int id = ++begun;
        Action action = actions.next();
        long acknowledged = known.getOrDefault(action.group(), 0L);
        long effect = now + ticks();
        long end = effect + ticks();
        int chance = random.nextInt(100);
        if (chance < 4) {
            refuse(id, client, action, now, end);
        } else if (chance < 12) {
            leaveUnknown(id, client, action, now, end);
        } else {
            at(effect, () -> {
                Answered answered = answer(action, acknowledged);
                at(end, () -> {
                    actions.learn(action, answered.answer());
                    known.merge(action.group(), answered.revision(), Math::max);
                    var told = new Facts.Told(answered.revision(), answered.revision() * 10);
                    add(id, client, action, now, new Outcome.Ok(end, answered.answer(), told));
                });
            });
        }
        long next = end + ticks();
        at(next, () -> begin(client, next));
    }

    private void refuse(int id, int client, Action action, long now, long end) {
        if (wouldPut(action) && strikes(Fault.APPLY_A_REFUSED_WRITE)) {
            apply(action);
        }
        add(id, client, action, now, new Outcome.Refused(end, "not_ready"));
    }

    private void leaveUnknown(int id, int client, Action action, long now, long end) {
        if (random.nextBoolean()) {
            at(now + ticks() * (1 + random.nextInt(10)), () -> apply(action));
        }
        add(id, client, action, now, new Outcome.Unknown(end, "timeout"));
    }

    private record Answered(Answer answer, long revision) {}

    private Answered answer(Action action, long acknowledged) {
        Answer right = Model.run(state(action, last()), action, last() + 1).answer();
        if (right.hasChanged() && strikes(Fault.LOSE_A_WRITE)) {
            return new Answered(right, last() + 1);
        }
        if (!right.guardsHeld() && action.otherwise().isEmpty() && strikes(Fault.IGNORE_A_GUARD)) {
            return apply(new Action(action.group(), List.of(), action.then(), List.of()));
        }
        if (!action.mayWrite()) {
            return read(action, right, acknowledged);
        }
        Answered answered = apply(action);
        if (right.hasChanged() && wouldPut(action) && strikes(Fault.APPLY_TWICE)) {
            apply(action);
        }
        return answered;
    }

    private Answered read(Action action, Answer right, long acknowledged) {
        if (acknowledged > 0) {
            Answer stale = Model.run(state(action, acknowledged - 1), action, 0).answer();
            if (!stale.equals(Model.run(state(action, acknowledged), action, 0).answer())
                    && strikes(Fault.READ_A_STALE_STATE)) {
                return new Answered(stale, acknowledged - 1);
            }
        }
        Optional<Answer> half = halfOfTheLastCommit(action.group(), right);
        if (half.isPresent() && strikes(Fault.READ_HALF_A_TRANSACTION)) {
            return new Answered(half.get(), last());
        }
        return new Answered(right, last());
    }

    /** A scan that misses one of two keys that were written together. */
    private Optional<Answer> halfOfTheLastCommit(String group, Answer right) {
        Set<String> together = commits.reversed().stream()
                .map(commit -> commit.writes().keySet())
                .filter(keys ->
                        keys.stream().allMatch(key -> Timeline.groupOf(key).equals(group)))
                .findFirst()
                .orElse(Set.of());
        if (together.size() < 2 || !(right.results().getFirst() instanceof Result.Listed(var rows)) || rows.isEmpty()) {
            return Optional.empty();
        }
        var all = rows.stream().filter(row -> !row.key().equals(Collections.min(together)));
        return Optional.of(new Answer(true, List.of(new Result.Listed(all.toList()))))
                .filter(half -> !half.equals(right));
    }

    private Answered apply(Action action) {
        State before = state(action, last());
        Model.Done done = Model.run(before, action, last() + 1);
        if (done.answer().hasChanged()) {
            commits.add(new Commit(last() + 1, (last() + 1) * 10, difference(before, done.after())));
            timeline.add(commits.getLast());
        }
        return new Answered(done.answer(), last());
    }

    private static Map<String, List<Seen>> difference(State before, State after) {
        var keys = new TreeSet<>(before.keys().keySet());
        keys.addAll(after.keys().keySet());
        var writes = new HashMap<String, List<Seen>>();
        for (String key : keys) {
            if (!before.get(key).equals(after.get(key))) {
                writes.put(key, after.get(key).stream().toList());
            }
        }
        return writes;
    }

    /** A delete too many can be the late effect of one whose answer was lost; a value tells whose it is. */
    private boolean wouldPut(Action action) {
        return Model.run(state(action, last()), action, 0).answer().results().stream()
                .anyMatch(Result.Put.class::isInstance);
    }

    private State state(Action action, long revision) {
        return timeline.at(action.group(), revision);
    }

    private long last() {
        return commits.size();
    }

    private boolean strikes(Fault fault) {
        return begun > operations / 2 && faults.remove(fault);
    }

    private void at(long tick, Runnable happens) {
        events.add(new Event(tick, happens));
    }

    private long ticks() {
        return 1 + random.nextLong(LONGEST_TICKS);
    }

    private void add(int id, int client, Action action, long now, Outcome outcome) {
        history.add(new Operation(id, client, "n1", action, new Freshness.Linearizable(), now, outcome));
    }
}
