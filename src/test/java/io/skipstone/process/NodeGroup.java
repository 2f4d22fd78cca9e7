package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** Several nodes of one group, each a process of its own on the loopback interface. End with the test, whatever happens. */
final class NodeGroup implements AutoCloseable {
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);

    private final Path dir;
    private final Map<String, Ports> ports = new LinkedHashMap<>();
    private final Map<String, ServerProcess> nodes = new TreeMap<>();

    private NodeGroup(Path dir) {
        this.dir = dir;
    }

    /** Starts nodes n1, n2, ... and waits until they are ready. */
    static NodeGroup start(Path dir, int count) throws IOException {
        var group = new NodeGroup(dir);
        try {
            for (int number = 1; number <= count; number++) {
                group.ports.put("n" + number, Ports.free());
            }
            for (String nodeId : List.copyOf(group.ports.keySet())) {
                group.launch(nodeId);
            }
            group.awaitReady();
            return group;
        } catch (IOException | RuntimeException | Error failure) {
            group.close();
            throw failure;
        }
    }

    private void awaitReady() {
        Awaitility.await()
                .atMost(READY_WITHIN)
                .failFast(() -> assertThat(nodes()).as(this::logs).allMatch(ServerProcess::isAlive))
                .untilAsserted(() -> assertThat(nodes()).as(this::logs).allMatch(NodeGroup::isReady));
    }

    private static boolean isReady(ServerProcess node) {
        try {
            String answer = node.get(node.management() + "/q/health/ready");
            return answer.contains("\"UP\"") && !answer.contains("\"DOWN\"");
        } catch (IOException notListeningYet) {
            return false;
        }
    }

    private String logs() {
        var logs = new StringBuilder();
        nodes.forEach((nodeId, node) -> {
            try {
                logs.append(nodeId)
                        .append(node.isAlive() ? "" : ", which has ended")
                        .append(":\n")
                        .append(node.log());
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        });
        return logs.toString();
    }

    /** Starts a node that the group does not know yet, and does not wait. */
    ServerProcess launchNew(String nodeId) throws IOException {
        ports.put(nodeId, Ports.free());
        return launch(nodeId);
    }

    private ServerProcess launch(String nodeId) throws IOException {
        var node = ServerProcess.launch(dir.resolve(nodeId), ports.get(nodeId), settings(nodeId));
        nodes.put(nodeId, node);
        return node;
    }

    /** What a node is started with, besides its directory and ports. */
    Map<String, String> settings(String nodeId) {
        return Map.of("SKIPSTONE_NODE_ID", nodeId, "SKIPSTONE_PEERS", peers());
    }

    private String peers() {
        return ports.keySet().stream().map(this::member).collect(Collectors.joining(","));
    }

    /** As {@code cluster add} takes it. */
    String member(String nodeId) {
        return nodeId + "=127.0.0.1:" + ports.get(nodeId).peer();
    }

    ServerProcess node(String nodeId) {
        return nodes.get(nodeId);
    }

    List<ServerProcess> nodes() {
        return List.copyOf(nodes.values());
    }

    /** Ends a node that is in the group no longer, and forgets it. */
    void forget(String nodeId) throws IOException {
        nodes.remove(nodeId).close();
        ports.remove(nodeId);
    }

    /** All nodes, as {@code --endpoint} takes them. */
    String endpoints() {
        return nodes.values().stream().map(ServerProcess::endpoint).collect(Collectors.joining(","));
    }

    /** Runs a command against whichever node answers; it must succeed. Returns what it printed. */
    String run(String... command) {
        CliRun run = attempt(command);
        assertThat(run.exitCode())
                .as("%s: %s", String.join(" ", command), run.err())
                .isZero();
        return run.out();
    }

    /** Runs a command against whichever node answers. */
    CliRun attempt(String... command) {
        return Executable.underTest()
                .cli(Stream.concat(Stream.of(command), Stream.of("--endpoint", endpoints()))
                        .toArray(String[]::new));
    }

    /** What {@code cluster members} says. */
    JsonNode members() throws IOException {
        return Json.parse(run("cluster", "members", "--json").getBytes(StandardCharsets.UTF_8));
    }

    /** Roles by node id: voter or learner. */
    Map<String, String> roles() throws IOException {
        return members()
                .path("members")
                .valueStream()
                .collect(Collectors.toMap(member -> member.path("nodeId").asText(), member -> member.path("role")
                        .asText()));
    }

    String leader() throws IOException {
        return members().path("leader").asText();
    }

    @Override
    public void close() throws IOException {
        for (ServerProcess node : nodes.values()) {
            node.close();
        }
    }
}
