package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.Downloads;
import io.skipstone.api.OneNode;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.CopyProgress;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@TestProfile(OneNode.class)
class SnapshotOverRestTest extends RestTest {
    /** More than the buffers of a connection hold, on both sides. */
    private static final int BIG_VALUES = 24;

    @Inject
    Downloads downloads;

    @Nested
    @QuarkusTest
    @TestProfile(OneNode.class)
    class Makes {
        @Test
        void aCopyWithEverythingAcknowledgedBefore(@TempDir Path dir) throws Exception {
            writeBigValues();
            long revision = put(kv("a"), "one").is(200).json().path("revision").asLong();

            var asked = post("/v1/snapshot", "").is(202);
            JsonNode made = awaitReady(asked);

            assertThat(asked.header("Location"))
                    .contains("/v1/snapshot/" + asked.json().path("id").asText());
            assertThat(made.path("revision").asLong()).isGreaterThanOrEqualTo(revision);
            assertThat(made.path("groupId").asText())
                    .isEqualTo(get("/v1/status").json().path("groupId").asText());
            try (Artifact artifact = Artifact.open(Files.write(
                    dir.resolve("fetched.skip"), fetch(asked).is(200).bytes()))) {
                artifact.verify(CopyProgress.UNSEEN);
                assertThat(artifact.id()).isEqualTo(made.path("id").asText());
                assertThat(artifact.lengthBytes())
                        .isEqualTo(made.path("lengthBytes").asLong());
                assertThat(artifact.manifest().contents().revision())
                        .isEqualTo(made.path("revision").asLong());
            }
        }

        @Test
        void aNewOneForEachRequest() throws Exception {
            put(kv("a"), "one").is(200);
            JsonNode first = awaitReady(post("/v1/snapshot", "").is(202));
            put(kv("a"), "two").is(200);
            JsonNode second = awaitReady(post("/v1/snapshot", "").is(202));

            assertThat(second.path("revision").asLong())
                    .isGreaterThan(first.path("revision").asLong());
            assertThat(second.path("id").asText()).isNotEqualTo(first.path("id").asText());
        }

        @Test
        void nothingForANameItDoesNotKnow() throws Exception {
            get("/v1/snapshot/none").isProblem(404, "snapshot_not_found");
            get("/v1/snapshot/none/data").isProblem(404, "snapshot_not_found");
            get("/v1/snapshot/none/colour").isProblem(404, "route_not_found");
        }
    }

    @Nested
    @QuarkusTest
    @TestProfile(OneNode.class)
    class Sends {
        @Test
        void theRestOfADownloadThatBroke() throws Exception {
            put(kv("a"), "one").is(200);
            var asked = post("/v1/snapshot", "").is(202);
            awaitReady(asked);
            var whole = fetch(asked).is(200);
            int broken = whole.bytes().length / 3;

            var rest = fetch(asked, "Range", "bytes=" + broken + "-", "If-Range", whole.etag())
                    .is(206);

            assertThat(whole.header("Accept-Ranges")).contains("bytes");
            assertThat(rest.etag()).isEqualTo(whole.etag());
            assertThat(rest.header("Content-Range"))
                    .contains("bytes " + broken + "-" + (whole.bytes().length - 1) + "/" + whole.bytes().length);
            assertThat(rest.bytes()).isEqualTo(Arrays.copyOfRange(whole.bytes(), broken, whole.bytes().length));
        }

        @Test
        void theWholeWhenTheBrokenDownloadWasOfAnotherSnapshot() throws Exception {
            put(kv("a"), "one").is(200);
            var asked = post("/v1/snapshot", "").is(202);
            JsonNode made = awaitReady(asked);

            var whole = fetch(asked, "Range", "bytes=100-", "If-Range", "\"another\"")
                    .is(200);

            assertThat(whole.bytes()).hasSize(made.path("lengthBytes").asInt());
        }

        @Test
        void nothingOfARangeBehindTheEnd() throws Exception {
            put(kv("a"), "one").is(200);
            var asked = post("/v1/snapshot", "").is(202);
            JsonNode made = awaitReady(asked);

            fetch(asked, "Range", "bytes=" + made.path("lengthBytes").asText() + "-")
                    .isProblem(416, "range_not_satisfiable");
            assertThat(downloads.underWay()).isZero();
        }
    }

    @Nested
    @QuarkusTest
    @TestProfile(OneNode.class)
    class IsNotHeldUp {
        @Test
        void byClientsThatTakeNothing() throws Exception {
            var asked = bigSnapshot();
            List<Socket> slow = new ArrayList<>();
            try {
                for (int i = 0; i < Downloads.MAX_DOWNLOADS; i++) {
                    slow.add(beginAndStall(asked));
                }
                await().untilAsserted(() -> assertThat(downloads.underWay()).isEqualTo(Downloads.MAX_DOWNLOADS));

                put(kv("b"), "two").is(200);
                assertThat(get(kv("b")).is(200).text()).isEqualTo("two");
                var refused = fetch(asked).isProblem(429, "overloaded");
                assertThat(refused.header("Retry-After")).contains("1");
            } finally {
                for (Socket socket : slow) {
                    socket.close();
                }
            }
            await().untilAsserted(() -> assertThat(downloads.underWay()).isZero());
            fetch(asked).is(200);
        }

        @Test
        void byAClientThatGoesAwayInTheMiddle() throws Exception {
            var asked = bigSnapshot();

            Socket client = beginAndStall(asked);
            await().untilAsserted(() -> assertThat(downloads.underWay()).isEqualTo(1));
            client.close();

            await().untilAsserted(() -> assertThat(downloads.underWay()).isZero());
        }

        @Test
        void byAClientThatNeverGoesAway() throws Exception {
            var asked = bigSnapshot();

            try (Socket client = beginAndStall(asked)) {
                await().untilAsserted(() -> assertThat(downloads.underWay()).isEqualTo(1));
                await().atMost(Duration.ofSeconds(10L * OneNode.IDLE_TIMEOUT_SECONDS))
                        .untilAsserted(() -> assertThat(downloads.underWay()).isZero());
                assertThat(client.isClosed()).isFalse();
            }
        }
    }

    private void writeBigValues() throws Exception {
        for (int i = 0; i < BIG_VALUES; i++) {
            put(kv("big/" + i), "x".repeat(1 << 20)).is(200);
        }
    }

    private Answer bigSnapshot() throws Exception {
        writeBigValues();
        var asked = post("/v1/snapshot", "").is(202);
        awaitReady(asked);
        return asked;
    }

    /** Sends the request and reads the beginning of the answer only. */
    private Socket beginAndStall(Answer asked) throws IOException {
        var socket = new Socket(node.getHost(), node.getPort());
        String request = "GET " + path(asked) + "/data HTTP/1.1\r\nHost: " + node.getHost() + "\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var begin = new ByteArrayOutputStream();
        while (!begin.toString(StandardCharsets.US_ASCII).contains("\r\n\r\n")) {
            begin.write(socket.getInputStream().read());
        }
        assertThat(begin.toString(StandardCharsets.US_ASCII)).startsWith("HTTP/1.1 200 ");
        return socket;
    }

    private Answer fetch(Answer asked, String... headers) throws Exception {
        return get(path(asked) + "/data", headers);
    }

    private static String path(Answer asked) {
        return asked.header("Location").orElseThrow();
    }

    private JsonNode awaitReady(Answer asked) throws Exception {
        await().atMost(Duration.ofSeconds(60))
                .until(() ->
                        get(path(asked)).is(200).json().path("state").asText().equals("ready"));
        return get(path(asked)).json().path("snapshot");
    }
}
