package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A backup of a node that is being written, and the node that is made of it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SnapshotIT {
    private static final int BEFORE_THE_BACKUP = 300;
    private static final int VALUE_BYTES = 8 * 1024;

    @TempDir
    private Path dir;

    @Test
    void aBackupTakenUnderLoadBecomesANodeWithTheStateOfItsRevision() throws IOException {
        Path file = dir.resolve("backup.skip");
        try (var first = ServerProcess.start(dir.resolve("first"))) {
            var original = new Skipstone(first);
            try (var load = new Load(first)) {
                load.awaitWrites(BEFORE_THE_BACKUP);
                original.run("snapshot", "save", file.toString());
                load.awaitWrites(load.writes() + 10);
            }
            JsonNode backup = json(Executable.underTest().cli("snapshot", "status", file.toString(), "--json"));
            long revision = backup.path("revision").asLong();
            assertThat(revision)
                    .isBetween(
                            (long) BEFORE_THE_BACKUP,
                            original.status().path("revision").asLong());
            String state = original.run("export", "--at", "rev:" + revision, "--checksum");
            String now = original.run("export", "--checksum");

            restoreAndCheck(file, state, backup.path("groupId").asText());

            assertThat(original.run("export", "--checksum"))
                    .as("of the original")
                    .isEqualTo(now);
            assertThat(dir.resolve("first/artifact")).as("kept for a while").isNotEmptyDirectory();
        }
    }

    private void restoreAndCheck(Path file, String state, String oldGroup) throws IOException {
        Path target = dir.resolve("second");
        var restored = Executable.underTest()
                .cli("snapshot", "restore", file.toString(), "--data-dir", target.toString(), "--node-id", "n2");
        assertThat(restored.exitCode()).as(restored.err()).isZero();
        try (var second = ServerProcess.start(target, Map.of("SKIPSTONE_NODE_ID", "n2"))) {
            var copy = new Skipstone(second);
            assertThat(second.log()).contains("cold start outcome=skipped");
            assertThat(copy.run("export", "--checksum")).isEqualTo(state);
            assertThat(copy.status().path("groupId").asText()).isNotEqualTo(oldGroup);

            copy.run("put", "written/there", "value");
            second.kill();
            second.restart();
            assertThat(copy.status().path("coldStart").path("outcome").asText()).isEqualTo("skipped");
            assertThat(copy.run("get", "written/there")).isEqualTo("value");

            assertThat(second.stop()).isIn(0, 143);
            second.restart();
            assertThat(copy.status().path("coldStart").path("outcome").asText()).isEqualTo("skipped");
            assertThat(copy.status().path("coldStart").path("replayed").asLong())
                    .isZero();
        }
    }

    private static JsonNode json(CliRun run) throws IOException {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
    }

    /** One client that writes as fast as it is answered, until it is closed. */
    private static final class Load implements AutoCloseable {
        private final ServerProcess server;
        private final AtomicInteger writes = new AtomicInteger();
        private final Thread thread;
        private volatile boolean stopped;

        Load(ServerProcess server) {
            this.server = server;
            this.thread = Thread.ofPlatform().name("load").start(this::write);
        }

        int writes() {
            return writes.get();
        }

        void awaitWrites(int count) {
            Awaitility.await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> assertThat(writes.get())
                    .isGreaterThanOrEqualTo(count));
        }

        private void write() {
            try (var http = HttpClient.newHttpClient()) {
                while (!stopped && put(http, writes.get())) {
                    writes.incrementAndGet();
                }
            }
        }

        private boolean put(HttpClient http, int number) {
            var request = HttpRequest.newBuilder(URI.create(server.endpoint() + "/v1/kv/load/" + number % 97))
                    .PUT(BodyPublishers.ofByteArray(new byte[VALUE_BYTES]))
                    .build();
            try {
                return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
            } catch (IOException broken) {
                return false;
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void close() {
            stopped = true;
            try {
                thread.join();
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
