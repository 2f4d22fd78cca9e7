package io.skipstone.chaos.client;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Result;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Random actions on registers (groups of one key) and on groups of three; every value is written by one operation only. One thread. */
public final class Choices {
    public static final List<String> REGISTERS = List.of("r0", "r1", "r2");
    public static final List<String> GROUPS = List.of("g0", "g1");

    /** Keys of a group. A register has the first. */
    public static final List<String> NAMES = List.of("a", "b", "c");

    private final Random random;
    private final String valuePrefix;
    private final Map<String, Seen> seen = new HashMap<>();
    private int values;

    /**
     * @param valuePrefix of nobody else
     */
    public Choices(Random random, String valuePrefix) {
        this.random = random;
        this.valuePrefix = valuePrefix;
    }

    /** Conditions speak of what was seen of their key; some of it is out of date. */
    public void learn(Action action, Answer answer) {
        List<Step> steps = answer.guardsHeld() ? action.then() : action.otherwise();
        for (int i = 0; i < answer.results().size(); i++) {
            if (steps.get(i) instanceof Step.Get(String key)
                    && answer.results().get(i) instanceof Result.Got(var found)) {
                found.forEach(one -> seen.put(key, one));
            }
        }
    }

    /** Something to do. */
    public Action next() {
        return random.nextBoolean() ? onARegister(one(REGISTERS)) : onAGroup(one(GROUPS));
    }

    private Action onARegister(String group) {
        String key = group + "/" + NAMES.getFirst();
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> Action.of(group, new Step.Get(key));
            case 4, 5, 6 -> Action.of(group, put(key));
            case 7 -> Action.of(group, new Step.Delete(key));
            default -> Action.guarded(group, guard(key), put(key));
        };
    }

    private Action onAGroup(String group) {
        String key = group + "/" + one(NAMES);
        return switch (random.nextInt(12)) {
            case 0, 1 -> Action.of(group, new Step.Get(key));
            case 2, 3, 4 -> Action.of(group, new Step.GetAll());
            case 5 -> Action.of(group, put(key));
            case 6 -> Action.guarded(group, guard(key), new Step.Delete(key));
            case 7, 8 -> Action.of(group, put(group + "/a"), put(group + "/b"), new Step.Delete(group + "/c"));
            case 9 -> Action.of(group, put(group + "/b"), put(group + "/c"), new Step.Get(group + "/a"));
            case 10 -> random.nextInt(3) > 0 ? move(group) : Action.of(group, new Step.DeleteAll());
            default -> new Action(group, List.of(guard(key)), List.of(put(key)), List.of(new Step.Get(key)));
        };
    }

    /** Only where the one is and the other is not. */
    private Action move(String group) {
        return new Action(
                group,
                List.of(new Guard.Exists(group + "/a", true), new Guard.Exists(group + "/c", false)),
                List.of(new Step.Delete(group + "/a"), put(group + "/c")),
                List.of(put(group + "/a"), new Step.Delete(group + "/c")));
    }

    /** A condition that may hold. */
    private Guard guard(String key) {
        if (!seen.containsKey(key) || random.nextInt(3) == 0) {
            return new Guard.Exists(key, random.nextBoolean());
        }
        Seen before = seen.get(key);
        return switch (random.nextInt(3)) {
            case 0 -> new Guard.Unchanged(key, before);
            case 1 -> new Guard.HasValue(key, before.value());
            default -> new Guard.HasVersion(key, before.version());
        };
    }

    /** A value that nobody else writes. */
    public Step put(String key) {
        return new Step.Put(key, valuePrefix + ++values);
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }
}
