package io.skipstone.chaos.client;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Facts;
import io.skipstone.chaos.history.Freshness;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.History;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import io.skipstone.chaos.history.Result;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Does one random thing after the other, each at a random node, until it is told to stop. One thread. */
final class Client {
    private static final int MOST_ATTEMPTS = 10;
    private static final int LONGEST_THOUGHT_MILLIS = 30;
    private static final int PAUSE_BEFORE_REPEATING_MILLIS = 100;

    private final int number;
    private final Random random;
    private final Choices choices;
    private final List<Door> doors;
    private final History history;
    private final Claim claim;
    private long newestRevision;
    private int onceKeys;

    Client(int number, long seed, List<Door> doors, History history, Claim claim) {
        this.number = number;
        this.random = new Random(seed * 1_000 + number);
        this.choices = new Choices(random, "c" + number + "-");
        this.doors = List.copyOf(doors);
        this.history = history;
        this.claim = claim;
    }

    void run(AtomicBoolean stopped) throws InterruptedException {
        while (!stopped.get()) {
            if (random.nextInt(12) == 0) {
                readThenWriteOptimistically();
            } else {
                perform(next());
            }
            think(LONGEST_THOUGHT_MILLIS);
        }
    }

    private Call next() {
        Action action = choices.next();
        if (action.mayWrite()) {
            boolean once = random.nextInt(3) == 0;
            Call.How how = once ? new Call.How.Once("c" + number + "-" + ++onceKeys) : new Call.How.Plain();
            return new Call(action, new Freshness.Linearizable(), how);
        }
        Freshness freshness =
                switch (random.nextInt(8)) {
                    case 0 -> new Freshness.Local();
                    case 1 -> new Freshness.AtRevision(newestRevision);
                    default -> new Freshness.Linearizable();
                };
        return new Call(action, freshness, new Call.How.Plain());
    }

    /** Reads a whole group, then writes one of its keys unless any of them has changed since. */
    private void readThenWriteOptimistically() throws InterruptedException {
        String group = Choices.GROUPS.get(random.nextInt(Choices.GROUPS.size()));
        Outcome read = perform(Call.plain(Action.of(group, new Step.GetAll())));
        if (read instanceof Outcome.Ok ok
                && ok.facts() instanceof Facts.Told told
                && ok.answer().results().getFirst() instanceof Result.Listed(var rows)) {
            var key = group + "/" + Choices.NAMES.get(random.nextInt(Choices.NAMES.size()));
            var action = new Action(group, guards(group, rows), List.of(choices.put(key)), List.of());
            perform(new Call(action, new Freshness.Linearizable(), new Call.How.Optimistic(told.timestamp())));
        }
    }

    private static List<Guard> guards(String group, List<Result.Row> rows) {
        Map<String, Seen> seen = new HashMap<>();
        rows.forEach(row -> seen.put(row.key(), row.seen()));
        List<Guard> guards = new ArrayList<>();
        for (String name : Choices.NAMES) {
            String key = group + "/" + name;
            guards.add(Optional.ofNullable(seen.get(key))
                    .<Guard>map(there -> new Guard.Unchanged(key, there))
                    .orElseGet(() -> new Guard.Exists(key, false)));
        }
        return guards;
    }

    private Outcome perform(Call call) throws InterruptedException {
        int id = history.nextId();
        long invoked = System.nanoTime();
        Door door = someDoor();
        Reply reply = door.send(call);
        boolean mayHaveHappened = reply instanceof Reply.Lost;
        for (int attempt = 1; call.how() instanceof Call.How.Once && attempt < MOST_ATTEMPTS; attempt++) {
            if (reply instanceof Reply.Answered || (reply instanceof Reply.Refused && !mayHaveHappened)) {
                break;
            }
            think(PAUSE_BEFORE_REPEATING_MILLIS);
            door = someDoor();
            reply = door.send(call);
            mayHaveHappened |= reply instanceof Reply.Lost;
        }
        Outcome outcome = outcome(call.action(), reply, mayHaveHappened);
        if (outcome instanceof Outcome.Refused) {
            think(PAUSE_BEFORE_REPEATING_MILLIS);
        }
        String sent = door.node() + " " + call.how();
        history.add(new Operation(id, number, sent, call.action(), claim.of(call.freshness()), invoked, outcome));
        return outcome;
    }

    private Outcome outcome(Action action, Reply reply, boolean mayHaveHappened) {
        long now = System.nanoTime();
        return switch (reply) {
            case Reply.Answered(Answer answer, Facts facts) -> {
                choices.learn(action, answer);
                if (facts instanceof Facts.Told told) {
                    newestRevision = Math.max(newestRevision, told.revision());
                }
                yield new Outcome.Ok(now, answer, facts);
            }
            case Reply.Refused(String code) ->
                mayHaveHappened ? new Outcome.Unknown(now, code) : new Outcome.Refused(now, code);
            case Reply.Lost(String why) -> new Outcome.Unknown(now, why);
        };
    }

    private void think(int longestMillis) throws InterruptedException {
        TimeUnit.MILLISECONDS.sleep(random.nextInt(longestMillis));
    }

    private Door someDoor() {
        return doors.get(random.nextInt(doors.size()));
    }
}
