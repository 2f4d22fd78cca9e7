package io.skipstone.chaos.check;

import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Seen;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Every state that a store has been in, by revision. Keys are named {@code group/name}. */
final class Timeline {
    private final TreeMap<Long, Commit> commits = new TreeMap<>();
    private final Map<String, TreeMap<Long, State>> groups = new HashMap<>();

    /**
     * @param commits by revision
     */
    Timeline(List<Commit> commits) {
        commits.forEach(this::add);
    }

    /** The commits come in their order. */
    void add(Commit commit) {
        commits.put(commit.revision(), commit);
        commit.writes().forEach((key, written) -> {
            var states = groups.computeIfAbsent(groupOf(key), _ -> new TreeMap<>());
            State before = states.isEmpty() ? State.EMPTY : states.lastEntry().getValue();
            states.put(
                    commit.revision(),
                    written.stream()
                            .findFirst()
                            .map(seen -> before.with(key, seen))
                            .orElseGet(() -> before.without(key)));
        });
    }

    static String groupOf(String key) {
        return key.substring(0, key.indexOf('/'));
    }

    State at(String group, long revision) {
        return Optional.ofNullable(groups.get(group))
                .flatMap(states -> Optional.ofNullable(states.floorEntry(revision)))
                .map(Map.Entry::getValue)
                .orElse(State.EMPTY);
    }

    /** What a key showed before that revision. */
    Optional<Seen> before(String key, long revision) {
        return at(groupOf(key), revision - 1).get(key);
    }

    Optional<Commit> commit(long revision) {
        return Optional.ofNullable(commits.get(revision));
    }

    /** Newest revision. */
    long last() {
        return commits.isEmpty() ? 0 : commits.lastKey();
    }
}
