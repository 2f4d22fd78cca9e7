package io.skipstone.chaos.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.chaos.client.Endpoint;
import io.skipstone.process.Ports;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Founders of a group, and one more node that may join it, all on the loopback interface with a network between them that can be parted. */
public final class ChaosCluster implements AutoCloseable {
    public static final int FOUNDERS = 3;

    private static final Duration WHOLE_WITHIN = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(200);

    /** All history is kept, because the replay needs it. */
    private static final Map<String, String> SETTINGS = Map.of(
            "SKIPSTONE_GC_RETENTION_SECONDS", "0",
            "SKIPSTONE_LIMITS_PROPOSAL_TIMEOUT_MILLIS", "3000");

    private final Path directory;
    private final Map<String, String> shared;
    private final Network network = new Network();
    private final List<Server> servers;

    private ChaosCluster(Path directory, Map<String, String> shared, Map<String, Map<String, String>> settings)
            throws IOException {
        this.directory = directory;
        this.shared = Map.copyOf(shared);
        List<Integer> addresses = new ArrayList<>();
        for (int i = 0; i <= FOUNDERS; i++) {
            addresses.add(Ports.free().peer());
        }
        servers = new ArrayList<>();
        for (int i = 0; i <= FOUNDERS; i++) {
            servers.add(server(i, addresses, settings));
        }
        for (Server server : servers) {
            network.open(server.name(), server.peerAddressPort(), server.peerPort(), names(), name -> named(name)
                    .pid());
        }
    }

    private Server server(int number, List<Integer> addresses, Map<String, Map<String, String>> settings)
            throws IOException {
        String name = name(number);
        int known = Math.max(FOUNDERS, number + 1);
        var all = new HashMap<>(SETTINGS);
        all.put("SKIPSTONE_NODE_ID", name);
        all.put(
                "SKIPSTONE_PEERS",
                IntStream.range(0, known)
                        .mapToObj(peer -> name(peer) + "=127.0.0.1:" + addresses.get(peer))
                        .collect(Collectors.joining(",")));
        all.putAll(shared);
        all.putAll(settings.getOrDefault(name, Map.of()));
        return new Server(name, directory.resolve(name), Ports.free(), addresses.get(number), all);
    }

    private static String name(int number) {
        return "n" + (number + 1);
    }

    /**
     * Starts the founders and waits until all are ready.
     *
     * @param shared environment variables of every node
     * @param settings environment variables on top, by node
     */
    public static ChaosCluster start(
            Path directory, Map<String, String> shared, Map<String, Map<String, String>> settings) throws IOException {
        var cluster = new ChaosCluster(directory, shared, settings);
        try {
            for (Server founder : cluster.founders()) {
                founder.launch();
            }
            cluster.awaitWhole();
            return cluster;
        } catch (IOException | RuntimeException | Error failure) {
            cluster.keepLogs();
            cluster.close();
            throw failure;
        }
    }

    public Network network() {
        return network;
    }

    /** All nodes, the one that has not joined too. */
    public List<Server> servers() {
        return List.copyOf(servers);
    }

    public List<Server> founders() {
        return servers.subList(0, FOUNDERS);
    }

    /** A node that knows the founders, and has not been started. */
    public Server spare() {
        return servers.get(FOUNDERS);
    }

    public List<String> names() {
        return servers.stream().map(Server::name).toList();
    }

    /** What clients know, those that are not there included. */
    public List<Endpoint> endpoints() {
        return servers.stream().map(Server::endpoint).toList();
    }

    private Server named(String name) {
        return servers.stream()
                .filter(server -> server.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Who says that it leads; after a partition that may be more than one for a while. */
    public Optional<Server> leader() {
        return founders().stream().filter(Server::isLeader).findFirst();
    }

    /** Waits until every founder is ready. */
    public void awaitWhole() {
        Awaitility.await("all founders are ready")
                .atMost(WHOLE_WITHIN)
                .pollInterval(POLL)
                .untilAsserted(() -> assertThat(founders()).allSatisfy(founder -> assertThat(founder.isReady())
                        .as("%s: %s", founder.name(), founder.status())
                        .isTrue()));
    }

    /** Waits until nothing is written any more and all founders have come equally far. */
    public void awaitQuiet() {
        var before = new ArrayList<Long>();
        Awaitility.await("all founders have applied the same")
                .atMost(WHOLE_WITHIN)
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    List<Long> now =
                            founders().stream().map(Server::appliedIndex).toList();
                    boolean isQuiet =
                            now.equals(before) && now.stream().distinct().count() == 1 && now.getFirst() > 0;
                    before.clear();
                    before.addAll(now);
                    return isQuiet;
                });
    }

    /** Of a cluster that is quiet. */
    public long newestRevision() {
        return founders().stream()
                .flatMap(founder -> founder.status().stream())
                .mapToLong(status -> status.path("revision").asLong())
                .max()
                .orElseThrow();
    }

    /** Ends all of them at one moment, as far as they can tell, and says what their stores hold. */
    public List<StoppedStore> killAllAndRead() throws IOException {
        List<Server> running = founders().stream().filter(Server::isRunning).toList();
        for (Server server : running) {
            server.freeze();
        }
        running.forEach(Server::kill);
        List<StoppedStore> stores = new ArrayList<>();
        for (Server server : founders()) {
            stores.add(StoppedStore.read(server.dataDir(), directory.resolve("native"))
                    .orElseThrow(() -> new AssertionError(server.name() + " has no store that knows where it stands")));
        }
        return stores;
    }

    /** Keeps what the servers have printed in the directory. */
    public void keepLogs() throws IOException {
        for (Server server : servers) {
            server.keepLog();
        }
    }

    @Override
    public void close() throws IOException {
        for (Server server : servers) {
            server.close();
        }
        network.close();
    }
}
