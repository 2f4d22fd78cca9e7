package io.skipstone.cli.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three nodes under a directory. Their ports are written there: members know each other by them, for as long as the group lives. */
record DemoPlan(List<DemoNode> nodes) {
    static final int NODES = 3;

    private static final String FILE = "demo.json";
    private static final String BASE_PORT = "basePort";
    private static final int PORTS_PER_NODE = 10;

    /**
     * The plan that the directory has, or a new one.
     *
     * @param basePort the lowest port, if somebody asks for one
     * @throws CliFailure the directory has something else in it, or other ports
     */
    static DemoPlan in(Path dir, OptionalInt basePort) throws IOException {
        Path file = dir.resolve(FILE);
        if (Files.exists(file)) {
            return ofNodes(dir, recorded(file, basePort));
        }
        refuseForeign(dir);
        int chosen = basePort.isPresent() ? basePort.getAsInt() : FreePorts.base(offsets());
        Files.createDirectories(dir);
        Files.write(file, Json.write(Json.object().put(BASE_PORT, chosen)));
        return ofNodes(dir, chosen);
    }

    /** All members, as {@code skipstone.peers} writes them. */
    String peers() {
        return nodes.stream().map(node -> node.peerAddress().toString()).collect(Collectors.joining(","));
    }

    /** All nodes, as {@code --endpoint} takes them. */
    String endpoints() {
        return nodes.stream().map(DemoNode::endpoint).collect(Collectors.joining(","));
    }

    /** What lies between the base port and each port that is used. */
    static int[] offsets() {
        return IntStream.range(0, NODES)
                .map(number -> number * PORTS_PER_NODE)
                .flatMap(first -> IntStream.range(first, first + 3))
                .toArray();
    }

    private static DemoPlan ofNodes(Path dir, int basePort) {
        return new DemoPlan(IntStream.range(0, NODES)
                .mapToObj(number -> node(dir, "n" + (number + 1), basePort + number * PORTS_PER_NODE))
                .toList());
    }

    private static DemoNode node(Path dir, String nodeId, int firstPort) {
        return new DemoNode(
                nodeId, dir.resolve(nodeId), dir.resolve(nodeId + ".log"), firstPort, firstPort + 1, firstPort + 2);
    }

    private static int recorded(Path file, OptionalInt asked) throws IOException {
        JsonNode recorded = Json.parse(Files.readAllBytes(file)).path(BASE_PORT);
        if (!recorded.isInt()) {
            throw new CliFailure(CliFailure.REFUSED, file + " has no " + BASE_PORT + "; name another --dir");
        }
        if (asked.isPresent() && asked.getAsInt() != recorded.asInt()) {
            throw new CliFailure(
                    CliFailure.REFUSED,
                    "the nodes there know each other by ports from " + recorded.asInt()
                            + " on; leave --base-port out, or name another --dir");
        }
        return recorded.asInt();
    }

    private static void refuseForeign(Path dir) throws IOException {
        if (!Files.exists(dir)) {
            return;
        }
        try (var entries = Files.list(dir)) {
            if (entries.findAny().isPresent()) {
                throw new CliFailure(CliFailure.REFUSED, dir + " is not empty and holds no demo; name another --dir");
            }
        }
    }
}
