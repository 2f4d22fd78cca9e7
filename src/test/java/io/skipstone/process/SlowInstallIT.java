package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.chaos.cluster.ChaosCluster;
import io.skipstone.chaos.cluster.Network;
import io.skipstone.chaos.cluster.Server;
import io.skipstone.cli.CliRun;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A learner that has fallen behind gets a store over a bad network, from members that do not live for ever; the group serves meanwhile. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SlowInstallIT {
    private static final Duration SOON = Duration.ofSeconds(90);

    /** Two segments of the log and more: the learner's last entry is in one that is closed and purged. */
    private static final int VALUES = 20;

    private static final int VALUE_CHARS = 900_000;

    /** For each 64 KiB: the whole store takes longer than everything that happens on the way. */
    private static final long DELAY_MILLIS = 60;

    private static final long MIB = 1 << 20;

    @TempDir
    private Path dir;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, String> acknowledged = new TreeMap<>();
    private ChaosCluster cluster;

    @BeforeEach
    void start() throws IOException {
        assumeTrue(Network.isPossible(), "needs Linux, which tells whose a connection is");
        cluster = ChaosCluster.start(dir, Map.of(), Map.of());
    }

    @AfterEach
    void end() throws IOException {
        if (cluster != null) {
            cluster.close();
        }
    }

    @Test
    void comesToItsEndThoughTheConnectionBreaksAndTheSourceDies() throws Exception {
        try {
            install();
        } catch (Exception | AssertionError failure) {
            throw new AssertionError(failure.getMessage() + "\n" + logs(), failure);
        }
    }

    private void install() throws Exception {
        Server learner = aLearnerThatHasFallenBehind();
        cluster.network().slow(cluster.names(), from(learner), DELAY_MILLIS);
        learner.launch();

        // A good part of it has come, and the node says so.
        awaitBytes(learner, 4 * MIB);
        Server source = source();
        JsonNode status = learner.status().orElseThrow();
        assertThat(status.path("ready").asBoolean()).isFalse();
        assertThat(status.path("progress").path("unit").asText()).isEqualTo("bytes");
        assertThat(status.path("progress").path("percent").asInt()).isBetween(1, 99);
        put("while/it-comes", "written");

        // All connections of the learner break; the transfer goes on where it was.
        cluster.network().part(cluster.names(), from(learner), false);
        cluster.network().slow(cluster.names(), from(learner), DELAY_MILLIS);
        await().atMost(SOON).until(() -> resumedAt(source) >= 4);
        assertThat(learner.log()).contains("store was not fetched, tried again");
        awaitBytes(learner, resumedAt(source) * MIB + 1);
        put("while/it-goes-on", "written");

        // The source dies, and another member sends a copy of its own.
        source.kill();
        put("while/the-source-is-dead", "written");
        await().atMost(SOON).until(() -> sends(other(source)));
        for (Server other : other(source)) {
            assertThat(resumedAt(other)).as(other.name()).isZero();
        }
        cluster.network().heal();
        await().atMost(SOON).until(() -> installs(learner) == 1 && learner.isReady());

        assertThat(read(learner)).isEqualTo(acknowledged);
    }

    private Server aLearnerThatHasFallenBehind() throws Exception {
        Server learner = cluster.spare();
        learner.launch();
        run("cluster", "add", learner.peer(), "--wait", "--patience-seconds", "60");
        await().atMost(SOON).until(learner::isReady);
        long missed = learner.status().orElseThrow().path("logEnd").asLong();
        learner.kill();
        for (int number = 0; number < VALUES; number++) {
            put("value/" + number, (number + ";").repeat(VALUE_CHARS / (number + ";").length()));
        }
        for (Server founder : cluster.founders()) {
            assertThat(CliRun.of("pin", "--endpoint", url(founder)).exitCode()).isZero();
            await().atMost(SOON)
                    .until(() -> founder.status().orElseThrow().path("logStart").asLong() > missed + 1);
        }
        return learner;
    }

    private static BiPredicate<String, String> from(Server learner) {
        return (from, _) -> from.equals(learner.name());
    }

    private static void awaitBytes(Server learner, long bytes) {
        await().atMost(SOON).until(() -> learner.status()
                .map(status -> status.path("progress"))
                .filter(progress -> progress.path("phase").asText().equals("restoring"))
                .map(progress -> progress.path("done").asLong())
                .filter(done -> done >= bytes)
                .isPresent());
    }

    /** The one that sends. */
    private Server source() throws IOException {
        for (Server founder : cluster.founders()) {
            if (sends(founder)) {
                return founder;
            }
        }
        throw new AssertionError("nobody sends a store");
    }

    private static boolean sends(Server server) throws IOException {
        return server.log().contains("artifact is sent to another member");
    }

    private boolean sends(List<Server> servers) throws IOException {
        for (Server server : servers) {
            if (sends(server)) {
                return true;
            }
        }
        return false;
    }

    private List<Server> other(Server than) {
        return cluster.founders().stream().filter(server -> server != than).toList();
    }

    /** The chunk from which a transfer was taken up; 0 if none was. */
    private static long resumedAt(Server source) throws IOException {
        var matcher = Pattern.compile("fromChunk=([1-9][0-9]*)").matcher(source.log());
        return matcher.find() ? Long.parseLong(matcher.group(1)) : 0;
    }

    private static long installs(Server server) throws IOException {
        return server.log()
                .lines()
                .filter(line -> line.contains("store of another member is in use"))
                .count();
    }

    private void run(String... command) {
        var all = new ArrayList<>(List.of(command));
        all.addAll(List.of(
                "--endpoint",
                cluster.founders().stream().map(SlowInstallIT::url).collect(Collectors.joining(","))));
        CliRun run = CliRun.of(all.toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    /** At whichever founder takes it; the group takes it within the time of an election. */
    private void put(String key, String value) {
        await().atMost(SOON).until(() -> {
            for (Server founder : cluster.founders()) {
                if (founder.isRunning() && put(founder, key, value)) {
                    acknowledged.put(key, value);
                    return true;
                }
            }
            return false;
        });
    }

    private boolean put(Server server, String key, String value) throws Exception {
        var request = HttpRequest.newBuilder(URI.create(url(server) + "/v1/kv/" + key))
                .PUT(BodyPublishers.ofString(value))
                .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        return answer.statusCode() == 200;
    }

    private Map<String, String> read(Server server) throws Exception {
        var found = new TreeMap<String, String>();
        for (String key : acknowledged.keySet()) {
            var request = HttpRequest.newBuilder(URI.create(url(server) + "/v1/kv/" + key))
                    .build();
            found.put(key, http.send(request, BodyHandlers.ofString()).body());
        }
        return found;
    }

    private static String url(Server server) {
        return "http://127.0.0.1:" + server.endpoint().port();
    }

    private String logs() throws IOException {
        var logs = new StringBuilder();
        for (Server server : cluster.servers()) {
            logs.append(server.name()).append(":\n").append(server.log()).append('\n');
        }
        return logs.toString();
    }
}
