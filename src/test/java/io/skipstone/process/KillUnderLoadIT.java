package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import io.skipstone.model.Bytes;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The promise that everything rests on: what was acknowledged is there after {@code kill -9}. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KillUnderLoadIT {
    private static final int WRITERS = 32;
    private static final int KILLS = 3;
    private static final int ACKNOWLEDGED_PER_ROUND = 2_000;

    @TempDir
    private Path dir;

    /** Value of every key whose write was acknowledged, in all rounds. */
    private final Map<String, String> acknowledged = new ConcurrentHashMap<>();

    @Test
    void losesNoAcknowledgedWriteWhenItIsKilledInMidLoad() throws Exception {
        try (var server = ServerProcess.start(dir)) {
            for (int round = 1; round <= KILLS; round++) {
                loadAndKill(server, round);
                server.restart();

                checkColdStart(server);
                checkEveryAcknowledgedWrite(server, round);
            }
        }
    }

    private void loadAndKill(ServerProcess server, int round) throws Exception {
        int wanted = acknowledged.size() + ACKNOWLEDGED_PER_ROUND;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                var client = new NodeClient(URI.create(server.endpoint()), Duration.ofSeconds(30))) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                String prefix = "load/" + round + "/" + writer + "/";
                writers.add(threads.submit(() -> writeUntilItDies(client, prefix)));
            }
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() -> assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(wanted));

            server.kill();

            for (Future<?> writer : writers) {
                writer.get(1, TimeUnit.MINUTES);
            }
        }
    }

    /** Numbered keys, one after the other; what is answered with success is acknowledged. */
    private void writeUntilItDies(NodeClient client, String prefix) {
        for (int number = 0; ; number++) {
            String key = prefix + number;
            String value = "value of " + key;
            var put = Request.put("/v1/kv/" + key, Bytes.utf8(value));
            Reply reply;
            try {
                reply = client.exchange(put);
            } catch (IOException killed) {
                return;
            }
            assertThat(reply.status()).as("%s", reply.body().toUtf8()).isEqualTo(200);
            acknowledged.put(key, value);
        }
    }

    private static void checkColdStart(ServerProcess server) throws IOException {
        JsonNode coldStart = new Skipstone(server).status().path("coldStart");

        assertThat(coldStart.path("outcome").asText()).as("%s", coldStart).isEqualTo("skipped");
        assertThat(server.log()).contains("skipped");
    }

    private void checkEveryAcknowledgedWrite(ServerProcess server, int round) throws IOException {
        Map<String, String> found = new HashMap<>();
        String rows = new Skipstone(server).run("export", "--prefix", "load/");
        for (String row : rows.lines().toList()) {
            JsonNode json = Json.parse(row.getBytes(StandardCharsets.UTF_8));
            found.put(json.path("key").asText(), json.path("value").asText());
        }

        System.out.printf(
                "kill %d: %d writes acknowledged so far, %d rows found%n", round, acknowledged.size(), found.size());
        assertThat(found).containsAllEntriesOf(acknowledged);
        // At most one write of each writer and round was under way without an answer.
        assertThat(found.size() - acknowledged.size()).isBetween(0, WRITERS * round);
    }
}
