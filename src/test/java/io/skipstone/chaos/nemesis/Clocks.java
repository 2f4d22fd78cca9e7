package io.skipstone.chaos.nemesis;

import io.skipstone.Preloaded;
import io.skipstone.process.ShiftedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A wall clock of its own for every node. */
public final class Clocks {
    private final Map<String, ShiftedClock> clocks = new HashMap<>();

    /** Compiles them into the directory. */
    public Clocks(Path directory, List<String> nodes) throws IOException {
        for (String node : nodes) {
            clocks.put(node, ShiftedClock.in(Files.createDirectories(directory.resolve(node))));
        }
    }

    /** Whether this machine can have them. */
    public static boolean arePossible() {
        return Preloaded.isPossible();
    }

    /** For the environment of each node. */
    public Map<String, Map<String, String>> environments() {
        var environments = new HashMap<String, Map<String, String>>();
        clocks.forEach((node, clock) -> environments.put(node, clock.environment()));
        return environments;
    }

    void shift(String node, Duration wrongBy) throws IOException {
        clocks.get(node).shift(wrongBy);
    }
}
