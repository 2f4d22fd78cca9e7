package io.skipstone.process.crash;

import io.skipstone.cli.client.Request;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One write of a writer, and what its keys show if it takes effect: all of that or nothing.
 *
 * @param isOnce whether it carries an idempotency key and may be sent again
 * @param after the writer's keys afterwards
 */
record Change(Request request, boolean isOnce, Map<String, Cell> after) {
    Change {
        after = Map.copyOf(after);
    }

    /** The keys after these puts and deletes. */
    static Map<String, Cell> applied(Map<String, Cell> before, Map<String, String> puts, Set<String> deletes) {
        var after = new TreeMap<>(before);
        puts.forEach((key, value) ->
                after.merge(key, new Cell(value, 1), (old, written) -> new Cell(value, old.version() + 1)));
        deletes.forEach(after::remove);
        return after;
    }
}
