package io.skipstone.chaos.check;

import io.skipstone.chaos.history.Seen;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The keys of one group and what they show. Immutable. */
record State(SortedMap<String, Seen> keys) {
    static final State EMPTY = new State(new TreeMap<>());

    Optional<Seen> get(String key) {
        return Optional.ofNullable(keys.get(key));
    }

    State with(String key, Seen seen) {
        var next = new TreeMap<>(keys);
        next.put(key, seen);
        return new State(next);
    }

    State without(String key) {
        var next = new TreeMap<>(keys);
        next.remove(key);
        return new State(next);
    }
}
