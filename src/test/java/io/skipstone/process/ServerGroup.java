package io.skipstone.process;

import static org.awaitility.Awaitility.await;

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

/** Three packaged servers that form one group on this machine. They end with the test. */
public final class ServerGroup implements AutoCloseable {
    private static final int SIZE = 3;
    private static final Duration LEADER_WITHIN = Duration.ofSeconds(60);

    private final List<ServerProcess> servers = new ArrayList<>();
    private final List<Map<String, String>> environments = new ArrayList<>();

    private ServerGroup() {}

    /**
     * Starts them and waits until each is ready.
     *
     * @param settings environment variables of each node, the first one's first; on top of directory, ports, name and peers
     */
    public static ServerGroup start(Path dir, List<Map<String, String>> settings) throws IOException {
        var group = new ServerGroup();
        try {
            group.launch(dir, settings);
            for (ServerProcess server : group.servers) {
                server.awaitReady();
            }
            return group;
        } catch (IOException | RuntimeException | Error failure) {
            group.close();
            throw failure;
        }
    }

    /** With the same settings for all. */
    public static ServerGroup start(Path dir, Map<String, String> settings) throws IOException {
        return start(dir, List.of(settings, settings, settings));
    }

    private void launch(Path dir, List<Map<String, String>> settings) throws IOException {
        var ports = new ArrayList<Ports>();
        for (int number = 0; number < SIZE; number++) {
            ports.add(Ports.free());
        }
        String peers = IntStream.range(0, SIZE)
                .mapToObj(number ->
                        name(number) + "=127.0.0.1:" + ports.get(number).peer())
                .collect(Collectors.joining(","));
        for (int number = 0; number < SIZE; number++) {
            var environment = new HashMap<>(settings.get(number));
            environment.put("SKIPSTONE_NODE_ID", name(number));
            environment.put("SKIPSTONE_PEERS", peers);
            environments.add(Map.copyOf(environment));
            servers.add(ServerProcess.launch(dir.resolve(name(number)), ports.get(number), environment));
        }
    }

    private static String name(int number) {
        return "n" + (number + 1);
    }

    public List<ServerProcess> servers() {
        return List.copyOf(servers);
    }

    public ServerProcess server(int number) {
        return servers.get(number);
    }

    /** What it was started with first, for {@link ServerProcess#launchAgain}. */
    public Map<String, String> settings(ServerProcess server) {
        return environments.get(servers.indexOf(server));
    }

    /** Waits until one of those that run leads. */
    public ServerProcess awaitLeader() {
        return await().atMost(LEADER_WITHIN)
                .until(this::leader, Optional::isPresent)
                .orElseThrow();
    }

    private Optional<ServerProcess> leader() {
        return servers.stream()
                .filter(server -> server.isAlive() && leads(server))
                .findFirst();
    }

    private static boolean leads(ServerProcess server) {
        try {
            return server.status().path("role").asText().equals("leader");
        } catch (IOException silent) {
            return false;
        }
    }

    /** All but this one. */
    public List<ServerProcess> others(ServerProcess than) {
        return servers.stream().filter(server -> server != than).toList();
    }

    public String logs() throws IOException {
        var logs = new StringBuilder();
        for (ServerProcess server : servers) {
            logs.append(server.dataDir()).append(":\n").append(server.log()).append('\n');
        }
        return logs.toString();
    }

    @Override
    public void close() throws IOException {
        for (ServerProcess server : servers) {
            server.close();
        }
    }
}
