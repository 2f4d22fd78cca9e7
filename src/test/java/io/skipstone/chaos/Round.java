package io.skipstone.chaos;

import io.skipstone.chaos.client.Claim;
import io.skipstone.chaos.client.Watchers;
import io.skipstone.chaos.client.Workload;
import io.skipstone.chaos.cluster.ChaosCluster;
import io.skipstone.chaos.cluster.Server;
import io.skipstone.chaos.cluster.StoppedStore;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.History;
import io.skipstone.chaos.history.Operation;
import io.skipstone.chaos.history.Outcome;
import io.skipstone.chaos.nemesis.Fault;
import io.skipstone.chaos.nemesis.Machines;
import io.skipstone.chaos.nemesis.Nemesis;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A new cluster, clients, a nemesis for a while, and a judgement. What it leaves behind is kept in its directory. */
final class Round {
    private final Path directory;
    private final long seed;
    private final Duration duration;

    /**
     * @param directory for data, logs, the history and the nemesis' diary
     */
    Round(Path directory, long seed, Duration duration) {
        this.directory = directory;
        this.seed = seed;
        this.duration = duration;
    }

    /**
     * What was done and found.
     *
     * @param broken promises
     */
    record Report(int answered, int refused, int unknown, Map<Fault, Integer> faults, List<String> broken) {
        int operations() {
            return answered + refused + unknown;
        }

        int faultCount() {
            return faults.values().stream().mapToInt(Integer::intValue).sum();
        }

        /** All of them together, in words. */
        static String sum(List<Report> reports) {
            var faults = new EnumMap<Fault, Integer>(Fault.class);
            reports.forEach(
                    report -> report.faults().forEach((fault, count) -> faults.merge(fault, count, Integer::sum)));
            var total = new Report(
                    reports.stream().mapToInt(Report::answered).sum(),
                    reports.stream().mapToInt(Report::refused).sum(),
                    reports.stream().mapToInt(Report::unknown).sum(),
                    faults,
                    reports.stream().flatMap(report -> report.broken().stream()).toList());
            return reports.size() + " histories, " + total;
        }

        @Override
        public String toString() {
            return operations() + " operations (" + answered + " answered, " + refused
                    + " refused, " + unknown + " unknown), " + faultCount() + " faults " + faults + ", "
                    + broken.size() + " anomalies";
        }
    }

    Report run() throws Exception {
        var names = List.of("n1", "n2", "n3", "n4");
        Optional<Machines> machines = Machines.arePossible()
                ? Optional.of(new Machines(directory.resolve("machines"), names))
                : Optional.empty();
        Map<String, Map<String, String>> environments =
                machines.map(Machines::environments).orElse(Map.of());
        try (var cluster = ChaosCluster.start(directory, settings(), environments);
                var history = new History(directory.resolve("history.jsonl"))) {
            var nemesis = new Nemesis(cluster, machines, seed, faults(machines.isPresent()));
            try {
                return run(cluster, history, nemesis);
            } finally {
                Files.write(directory.resolve("nemesis.txt"), nemesis.diary());
                cluster.keepLogs();
            }
        }
    }

    private Report run(ChaosCluster cluster, History history, Nemesis nemesis) throws Exception {
        List<String> silent;
        List<List<Commit>> watched;
        try (var watchers = new Watchers(
                        cluster.founders().stream().map(Server::endpoint).toList());
                var workload = new Workload(seed, cluster.endpoints(), history, Claim.HONEST)) {
            nemesis.rage(duration);
            cluster.awaitWhole();
            workload.stop();
            silent = workload.readEverything(
                    cluster.founders().stream().map(Server::name).toList());
            cluster.awaitQuiet();
            watched = watchers.end(cluster.newestRevision());
        }
        List<StoppedStore> stores = cluster.killAllAndRead();
        List<Operation> operations = history.operations();
        var broken = new ArrayList<>(Judgement.of(operations, stores));
        broken.addAll(Judgement.ofWatchers(watched, stores.getFirst()));
        broken.addAll(nemesis.endedByThemselves());
        silent.forEach(node -> broken.add(node + " is ready and does not answer a read"));
        return new Report(
                count(operations, Outcome.Ok.class),
                count(operations, Outcome.Refused.class),
                count(operations, Outcome.Unknown.class),
                nemesis.happened(),
                broken);
    }

    /** Every other cluster reads under a lease. */
    private Map<String, String> settings() {
        return Map.of("SKIPSTONE_READ_LEASE", Boolean.toString(seed % 2 == 0));
    }

    /** Those named in {@code -Dchaos.faults=KILL_LEADER,BRIDGE}, or all. */
    private static Set<Fault> faults(boolean canDeceive) {
        String named = System.getProperty("chaos.faults", "");
        Set<Fault> faults = named.isEmpty()
                ? EnumSet.allOf(Fault.class)
                : EnumSet.copyOf(Stream.of(named.split(",")).map(Fault::valueOf).toList());
        faults.removeIf(fault -> fault.deceives() && !canDeceive);
        return faults;
    }

    private static int count(List<Operation> operations, Class<? extends Outcome> kind) {
        return (int) operations.stream()
                .filter(operation -> kind.isInstance(operation.outcome()))
                .count();
    }
}
