package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a node goes that is told to: nobody who relies on it is left without an answer, and nothing is left to do at the next start. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DrainIT {
    private static final int SIGTERM_EXIT = 143;
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    private Path dir;

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @Test
    void aLeaderHandsTheLeadOverAndServesWhileItsClientsLeave() throws Exception {
        // Long enough to look at all of it.
        try (var group = ServerGroup.start(dir, Map.of("SKIPSTONE_DRAIN_MILLIS", "8000"))) {
            ServerProcess leaving = group.awaitLeader();
            assertThat(put(leaving, "before").statusCode()).isEqualTo(200);

            leaving.askToStop();

            await().atMost(SOON).until(() -> status(leaving.management() + "/q/health/ready") == 503);
            await().atMost(SOON).until(() -> leaving.log().contains("lead handed over"));
            assertThat(leaving.isAlive()).isTrue();
            HttpResponse<String> served = put(leaving, "meanwhile");
            assertThat(served.statusCode()).as(served.body()).isEqualTo(200);
            assertThat(served.headers().firstValue("Connection")).contains("close");
            assertThat(status(leaving.endpoint() + "/v1/kv/meanwhile")).isEqualTo(200);

            assertThat(leaving.awaitExit()).isEqualTo(SIGTERM_EXIT);
            leaving.restart();
            assertThat(replayed(leaving)).as("it was pinned").isZero();
            assertThat(status(leaving.endpoint() + "/v1/kv/meanwhile")).isEqualTo(200);
        }
    }

    @Test
    void withoutAMajorityItEndsAllTheSameAndAnswersWhatIsInFlight() throws Exception {
        var quick = Map.of("SKIPSTONE_LIMITS_PROPOSAL_TIMEOUT_MILLIS", "3000");
        try (var group = ServerGroup.start(dir, quick)) {
            ServerProcess last = group.awaitLeader();
            assertThat(put(last, "before").statusCode()).isEqualTo(200);
            group.others(last).forEach(ServerProcess::kill);

            CompletableFuture<HttpResponse<String>> inFlight =
                    http.sendAsync(request(last, "inFlight"), BodyHandlers.ofString());
            await().atMost(SOON).until(() -> proposalsInFlight(last) > 0);
            last.askToStop();

            assertThat(inFlight.get(60, TimeUnit.SECONDS).statusCode()).isIn(503, 504);
            assertThat(last.awaitExit()).isEqualTo(SIGTERM_EXIT);
            assertThat(last.log()).contains("lead not handed over").contains("node has stopped");
        }
    }

    @Test
    void aRequestThatIsStillBeingSentIsAnsweredByANodeAlone() throws Exception {
        try (var server = ServerProcess.start(dir);
                var socket = new Socket(
                        InetAddress.getLoopbackAddress(), server.ports().client())) {
            OutputStream out = socket.getOutputStream();
            out.write(ascii("PUT /v1/kv/slow HTTP/1.1\r\nHost: node\r\nContent-Length: 10\r\n\r\nhalf-"));
            out.flush();
            await().atMost(SOON).until(() -> requestsInFlight(server) > 0);

            server.askToStop();
            await().atMost(SOON).until(() -> status(server.management() + "/q/health/ready") == 503);
            out.write(ascii("whole"));
            out.flush();

            assertThat(firstLine(socket.getInputStream())).isEqualTo("HTTP/1.1 200 OK");
            assertThat(server.awaitExit()).isEqualTo(SIGTERM_EXIT);
            server.restart();
            assertThat(server.get(server.endpoint() + "/v1/kv/slow")).isEqualTo("half-whole");
        }
    }

    private HttpResponse<String> put(ServerProcess server, String key) throws IOException, InterruptedException {
        return http.send(request(server, key), BodyHandlers.ofString());
    }

    private static HttpRequest request(ServerProcess server, String key) {
        return HttpRequest.newBuilder(URI.create(server.endpoint() + "/v1/kv/" + key))
                .PUT(BodyPublishers.ofString("value"))
                .timeout(Duration.ofMinutes(1))
                .build();
    }

    private int status(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private static long replayed(ServerProcess server) throws IOException {
        return new ObjectMapper()
                .readTree(server.get(server.endpoint() + "/v1/status"))
                .path("coldStart")
                .path("replayed")
                .asLong(-1);
    }

    private static double proposalsInFlight(ServerProcess server) throws IOException {
        return metric(server, "skipstone_queue_depth{queue=\"proposals\"}");
    }

    /** Connections that wait for an answer, as far as HTTP knows: the body has not come. */
    private static double requestsInFlight(ServerProcess server) throws IOException {
        return metric(server, "http_server_active_requests");
    }

    private static double metric(ServerProcess server, String name) throws IOException {
        return server.get(server.management() + "/q/metrics")
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static String firstLine(InputStream in) throws IOException {
        var line = new StringBuilder();
        for (int next = in.read(); next >= 0 && next != '\r'; next = in.read()) {
            line.append((char) next);
        }
        return line.toString();
    }
}
