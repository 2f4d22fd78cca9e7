package io.skipstone.chaos.nemesis;

import io.skipstone.Preloaded;
import io.skipstone.process.FaultyDisk;
import io.skipstone.process.ShiftedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A wall clock and a disk of its own for every node. */
public final class Machines {
    private static final String PRELOAD = "LD_PRELOAD";

    private final Map<String, Machine> machines = new HashMap<>();

    private record Machine(ShiftedClock clock, FaultyDisk disk) {
        Map<String, String> environment() {
            var all = new HashMap<>(clock.environment());
            disk.environment()
                    .forEach((name, value) ->
                            all.merge(name, value, (one, other) -> name.equals(PRELOAD) ? one + ":" + other : other));
            return all;
        }
    }

    /** Compiles them into the directory. */
    public Machines(Path directory, List<String> nodes) throws IOException {
        for (String node : nodes) {
            Path own = Files.createDirectories(directory.resolve(node));
            machines.put(node, new Machine(ShiftedClock.in(own), FaultyDisk.in(own)));
        }
    }

    /** Whether this machine can have them. */
    public static boolean arePossible() {
        return Preloaded.isPossible();
    }

    /** For the environment of each node. */
    public Map<String, Map<String, String>> environments() {
        var environments = new HashMap<String, Map<String, String>>();
        machines.forEach((node, machine) -> environments.put(node, machine.environment()));
        return environments;
    }

    void shift(String node, Duration wrongBy) throws IOException {
        machines.get(node).clock().shift(wrongBy);
    }

    void breakDisk(String node, FaultyDisk.Call call, FaultyDisk.Trouble trouble, FaultyDisk.Where where)
            throws IOException {
        machines.get(node).disk().fails(call, trouble, where);
    }

    void repairDisk(String node) throws IOException {
        machines.get(node).disk().isRepaired();
    }
}
