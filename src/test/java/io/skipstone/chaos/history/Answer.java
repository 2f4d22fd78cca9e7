package io.skipstone.chaos.history;

import java.util.List;

/**
 * What a server said of an action.
 *
 * @param guardsHeld whether {@code then} ran, or {@code otherwise}
 * @param results one for each step of that branch
 */
public record Answer(boolean guardsHeld, List<Result> results) {
    public Answer {
        results = List.copyOf(results);
    }

    /** What can be checked without believing any number that the servers give out themselves. */
    public Answer withoutRevisions() {
        return new Answer(
                guardsHeld, results.stream().map(Result::withoutRevisions).toList());
    }

    /** Whether it says that something was written. */
    public boolean hasChanged() {
        return results.stream().anyMatch(result -> switch (result) {
            case Result.Put _ -> true;
            case Result.Deleted(long count) -> count > 0;
            case Result.Got _, Result.Listed _ -> false;
        });
    }
}
