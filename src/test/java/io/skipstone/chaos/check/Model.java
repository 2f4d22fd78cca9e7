package io.skipstone.chaos.check;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Answer;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Result;
import io.skipstone.chaos.history.Seen;
import io.skipstone.chaos.history.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The store in its simplest form: a map, and one action after the other. */
final class Model {
    private Model() {}

    /** What an action makes of a state, and what it says. */
    record Done(State after, Answer answer) {}

    /**
     * @param revision the one that the action makes if it writes; 0 where revisions are not known
     */
    static Done run(State before, Action action, long revision) {
        boolean held = action.guards().stream().allMatch(guard -> holds(guard, before.get(guard.key())));
        State state = before;
        List<Result> results = new ArrayList<>();
        for (Step step : held ? action.then() : action.otherwise()) {
            results.add(result(state, step));
            state = after(state, step, revision);
        }
        return new Done(state, new Answer(held, results));
    }

    private static boolean holds(Guard guard, Optional<Seen> found) {
        return switch (guard) {
            case Guard.Exists exists -> found.isPresent() == exists.exists();
            case Guard.HasValue has ->
                found.filter(seen -> seen.value().equals(has.value())).isPresent();
            case Guard.HasVersion has -> found.map(Seen::version).orElse(0L) == has.version();
            case Guard.Unchanged unchanged ->
                found.filter(seen -> seen.value().equals(unchanged.seen().value()))
                        .isPresent();
        };
    }

    private static Result result(State state, Step step) {
        return switch (step) {
            case Step.Get(String key) -> new Result.Got(state.get(key).stream().toList());
            case Step.GetAll _ ->
                new Result.Listed(state.keys().entrySet().stream()
                        .map(row -> new Result.Row(row.getKey(), row.getValue()))
                        .toList());
            case Step.Put put -> new Result.Put(nextVersion(state, put.key()));
            case Step.Delete(String key) ->
                new Result.Deleted(state.get(key).stream().count());
            case Step.DeleteAll _ -> new Result.Deleted(state.keys().size());
        };
    }

    private static State after(State state, Step step, long revision) {
        return switch (step) {
            case Step.Get _, Step.GetAll _ -> state;
            case Step.Put(String key, String value) ->
                state.with(key, new Seen(value, nextVersion(state, key), revision));
            case Step.Delete(String key) -> state.without(key);
            case Step.DeleteAll _ -> State.EMPTY;
        };
    }

    private static long nextVersion(State state, String key) {
        return state.get(key).map(Seen::version).orElse(0L) + 1;
    }
}
