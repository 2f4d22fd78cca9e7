package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;

/** What the tests over REST have in common: a client, and words for its answers. */
abstract class RestTest {
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final ObjectMapper JSON = new ObjectMapper();

    @TestHTTPResource("/")
    URI node;

    @Inject
    StatusSource status;

    /** Keeps tests out of each other's way. */
    final String room = "t" + UUID.randomUUID().toString().substring(0, 8) + "/";

    @BeforeEach
    void waitUntilReady() {
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(status.status().isReady()).isTrue());
    }

    /** An answer as it came in. */
    record Answer(HttpResponse<byte[]> response) {
        int status() {
            return response.statusCode();
        }

        byte[] bytes() {
            return response.body();
        }

        String text() {
            return new String(response.body(), StandardCharsets.UTF_8);
        }

        Optional<String> header(String name) {
            return response.headers().firstValue(name);
        }

        JsonNode json() throws IOException {
            return JSON.readTree(response.body());
        }

        String etag() {
            return header("ETag").orElseThrow();
        }

        Answer is(int status) {
            assertThat(response.statusCode()).as("status of %s", text()).isEqualTo(status);
            return this;
        }

        /** Checks a whole problem document. */
        Answer isProblem(int status, String code) throws IOException {
            assertThat(header("Content-Type")).as("of %s", text()).contains("application/problem+json");
            JsonNode problem = json();
            assertThat(problem.path("code").asText()).as("%s", problem).isEqualTo(code);
            assertThat(problem.path("status").asInt()).isEqualTo(status);
            assertThat(problem.path("type").asText()).isEqualTo("urn:skipstone:problem:" + code);
            assertThat(problem.path("title").asText()).isNotEmpty();
            assertThat(problem.path("detail").asText()).isNotEmpty();
            assertThat(problem.path("retryable").isBoolean()).isTrue();
            return is(status);
        }
    }

    Answer get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, new byte[0], headers);
    }

    Answer put(String path, String body, String... headers) throws IOException, InterruptedException {
        return send("PUT", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer delete(String path, String... headers) throws IOException, InterruptedException {
        return send("DELETE", path, new byte[0], headers);
    }

    Answer post(String path, String body, String... headers) throws IOException, InterruptedException {
        return send("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
    }

    Answer send(String method, String path, byte[] body, String... headers) throws IOException, InterruptedException {
        return send(CLIENT, method, path, body, headers);
    }

    /** One request without a body to another port of the node. */
    Answer send(String method, URI base, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(base.resolve(path)).method(method, BodyPublishers.noBody());
        return new Answer(CLIENT.send(request.build(), BodyHandlers.ofByteArray()));
    }

    Answer send(HttpClient client, String method, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(at(path))
                .timeout(Duration.ofSeconds(30))
                .method(method, body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return new Answer(client.send(request.build(), BodyHandlers.ofByteArray()));
    }

    URI at(String path) {
        return URI.create("http://" + node.getHost() + ":" + node.getPort() + path);
    }

    /** The path of a key in this test's room. */
    String kv(String key) {
        return "/v1/kv/" + room + key;
    }

    long revision() {
        return status.status().revision();
    }

    /** Percent-encodes every byte. */
    static String encode(byte[] bytes) {
        var text = new StringBuilder();
        for (byte b : bytes) {
            text.append("%%%02X".formatted(b & 0xFF));
        }
        return text.toString();
    }
}
