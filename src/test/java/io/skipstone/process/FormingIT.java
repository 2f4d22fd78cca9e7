package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How nodes become a group, and which ones do not. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FormingIT {
    private static final int USAGE = 64;
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path dir;

    @Test
    void aGroupIsFormedWhenTheLastPeerHasAnsweredAndALostDiskIsNotAVoter() throws Exception {
        var ports = List.of(Ports.free(), Ports.free(), Ports.free());
        String peers = peers(ports);
        List<ServerProcess> nodes = new ArrayList<>();
        try {
            // Two of three are a majority, and still not enough to begin with.
            nodes.add(launch("n1", ports.get(0), peers));
            nodes.add(launch("n2", ports.get(1), peers));
            await().atMost(SOON).until(() -> nodes.get(0).log().contains("waiting for all peers to answer once"));
            assertThat(phase(nodes.get(0))).isEqualTo("forming");

            nodes.add(launch("n3", ports.get(2), peers));
            for (ServerProcess node : nodes) {
                node.awaitReady();
            }
            JsonNode before = members(nodes.get(0));
            assertThat(before).hasSize(3);

            aSecondNodeOfAnIdIsRefusedAndOneThatWouldBeAFounderWaits(peers);
            assertThat(members(nodes.get(2))).hasSize(3);

            // n2 comes back with an empty disk: it must neither vote nor be counted as the one that was there.
            nodes.get(1).kill();
            deleteTree(nodes.get(1).dataDir());
            nodes.get(1).launchAgain(settings("n2", peers));

            await().atMost(SOON).until(() -> nodes.get(1).log().contains("if that one is lost: cluster remove n2"));
            await().atMost(SOON).until(() -> phase(nodes.get(1)).equals("joining"));
            assertThat(nodes.get(0).get(nodes.get(0).management() + "/q/health/ready"))
                    .contains("UP");
            assertThat(incarnation(members(nodes.get(0)), "n2")).isEqualTo(incarnation(before, "n2"));
        } finally {
            for (ServerProcess node : nodes) {
                node.close();
            }
        }
    }

    private void aSecondNodeOfAnIdIsRefusedAndOneThatWouldBeAFounderWaits(String peers) throws IOException {
        var late = Ports.free();
        try (var second = ServerProcess.launch(dir.resolve("second"), Ports.free(), settings("n3", peers));
                var founder = launch("n4", late, peers + ",n4=127.0.0.1:" + late.peer())) {
            assertThat(second.awaitExit()).isEqualTo(USAGE);
            assertThat(second.log()).contains("another node n3 answers at").contains("two nodes have this id");

            await().atMost(SOON).until(() -> phase(founder).equals("joining"));
            assertThat(founder.log())
                    .contains("is there already; add this node on one of its members: cluster add n4=");
        }
    }

    @Test
    void aSecondNodeOfTheSameIdIsRefused() throws Exception {
        var ports = List.of(Ports.free(), Ports.free(), Ports.free());
        String peers = peers(ports);
        try (var _ = launch("n1", ports.get(0), peers);
                var second = ServerProcess.launch(dir.resolve("second"), Ports.free(), settings("n1", peers))) {
            assertThat(second.awaitExit()).isEqualTo(USAGE);
            assertThat(second.log()).contains("another node n1 answers at").contains("two nodes have this id");
        }
    }

    @Test
    void peersThatDoNotAgreeAreRefused() throws Exception {
        var ports = List.of(Ports.free(), Ports.free());
        String both = "n1=127.0.0.1:" + ports.get(0).peer() + ",n2=127.0.0.1:"
                + ports.get(1).peer();
        String more = both + ",n3=127.0.0.1:9";
        try (var first = launch("n1", ports.get(0), both);
                var second = launch("n2", ports.get(1), more)) {
            assertThat(first.awaitExit()).isEqualTo(USAGE);
            assertThat(first.log()).contains("give all of them the same skipstone.peers");
            assertThat(second.awaitExit()).isEqualTo(USAGE);
            assertThat(second.log()).contains("give all of them the same skipstone.peers");
        }
    }

    @Test
    void aNodeThatWaitsForOthersStopsWhenItIsTold() throws Exception {
        var ports = Ports.free();
        String peers = "n1=127.0.0.1:" + ports.peer() + ",n2=127.0.0.1:9";
        try (var alone = launch("n1", ports, peers)) {
            await().atMost(SOON).until(() -> alone.log().contains("waiting for all peers to answer once"));

            alone.stop();

            assertThat(alone.log()).doesNotContain("node cannot start");
        }
    }

    private ServerProcess launch(String nodeId, Ports ports, String peers) throws IOException {
        return ServerProcess.launch(dir.resolve(nodeId), ports, settings(nodeId, peers));
    }

    private static Map<String, String> settings(String nodeId, String peers) {
        return Map.of("SKIPSTONE_NODE_ID", nodeId, "SKIPSTONE_PEERS", peers);
    }

    private static String peers(List<Ports> ports) {
        return "n1=127.0.0.1:" + ports.get(0).peer() + ",n2=127.0.0.1:"
                + ports.get(1).peer() + ",n3=127.0.0.1:" + ports.get(2).peer();
    }

    private static String phase(ServerProcess node) throws IOException {
        return json(node, "/v1/status").path("progress").path("phase").asText();
    }

    private static JsonNode members(ServerProcess node) throws IOException {
        return json(node, "/v1/cluster/members").path("members");
    }

    private static JsonNode json(ServerProcess node, String path) throws IOException {
        return new ObjectMapper().readTree(node.get(node.endpoint() + path));
    }

    private static String incarnation(JsonNode members, String nodeId) {
        return members.valueStream()
                .filter(member -> member.path("nodeId").asText().equals(nodeId))
                .map(member -> member.path("incarnation").asText())
                .findFirst()
                .orElseThrow();
    }

    private static void deleteTree(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
