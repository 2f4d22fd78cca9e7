package io.skipstone.chaos.history;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a client wants to happen in one step, on the keys of one group: if all guards hold {@code then}, else {@code otherwise}. Whatever
 * goes over the wire (a get, a conditional put, a scan, a transaction) is one of these.
 *
 * @param group keys that are read and written together; nothing spans two groups
 */
public record Action(String group, List<Guard> guards, List<Step> then, List<Step> otherwise) {
    public Action {
        guards = List.copyOf(guards);
        then = List.copyOf(then);
        otherwise = List.copyOf(otherwise);
    }

    /** Without a condition. */
    public static Action of(String group, Step... steps) {
        return new Action(group, List.of(), List.of(steps), List.of());
    }

    /** Only if the guard holds. */
    public static Action guarded(String group, Guard guard, Step... steps) {
        return new Action(group, List.of(guard), List.of(steps), List.of());
    }

    /** Whether it can write anything. */
    public boolean mayWrite() {
        return Stream.concat(then.stream(), otherwise.stream()).anyMatch(step -> switch (step) {
            case Step.Put _, Step.Delete _, Step.DeleteAll _ -> true;
            case Step.Get _, Step.GetAll _ -> false;
        });
    }
}
