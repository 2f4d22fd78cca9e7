package io.skipstone.api.etcd.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.WatchSlots;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(OneNode.class)
class EtcdDoorTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TestHTTPResource("/")
    URI node;

    @Inject
    StatusSource status;

    @Inject
    EtcdDoor door;

    @Inject
    WatchSlots slots;

    private final String room = "j" + UUID.randomUUID().toString().substring(0, 8) + "/";
    private HttpClient http;

    @BeforeEach
    void connect() {
        http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(status.status().isReady()).isTrue());
    }

    @AfterEach
    void disconnect() {
        http.shutdownNow();
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(node.resolve(path)).timeout(PATIENCE);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return send(request(path).POST(BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static JsonNode json(HttpResponse<String> answer) throws IOException {
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        return new ObjectMapper().readTree(answer.body());
    }

    private static void assertRefused(HttpResponse<String> answer, int http, int code, String text) throws IOException {
        assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(http);
        JsonNode error = json(answer);
        assertThat(error.path("error").asText()).contains(text);
        assertThat(error.path("message")).isEqualTo(error.path("error"));
        assertThat(error.path("code").asInt()).isEqualTo(code);
    }

    private String key(String name) {
        return Base64.getEncoder().encodeToString((room + name).getBytes(StandardCharsets.UTF_8));
    }

    /** Of our own API, so that the two meet. */
    private long put(String name, String value) throws Exception {
        var answer = send(request("/v1/kv/" + room + name).PUT(BodyPublishers.ofString(value)));
        assertThat(answer.statusCode()).as("%s", answer.body()).isLessThan(300);
        return new ObjectMapper().readTree(answer.body()).path("revision").asLong() + 1;
    }

    @Test
    void longNumbersAreStringsAndZeroesAreLeftOut() throws Exception {
        JsonNode answer = json(post("/v3/maintenance/status", "{}"));

        assertThat(answer.path("header").path("cluster_id").isTextual()).isTrue();
        assertThat(answer.path("header").path("revision").isTextual()).isTrue();
        assertThat(answer.path("version").asText()).isEqualTo("3.5.0");
        assertThat(answer.path("raftAppliedIndex").isTextual()).isTrue();
        assertThat(answer.has("isLearner")).isFalse();
        assertThat(answer.has("errors")).isFalse();
    }

    @Test
    void namesComeInEitherSpellingAndUnknownOnesArePassedOver() throws Exception {
        long self = json(post("/v3/cluster/member/list", "{}"))
                .path("members")
                .path(0)
                .path("ID")
                .asLong();
        String url = json(post("/v3/cluster/member/list", ""))
                .path("members")
                .path(0)
                .path("peerURLs")
                .path(0)
                .asText();
        assertThat(url).startsWith("http://");

        for (String name : new String[] {"peerURLs", "peerURLs\": [\"" + url + "\"], \"newer"}) {
            var answer =
                    post("/v3/cluster/member/update", "{\"ID\": \"%d\", \"%s\": [\"%s\"]}".formatted(self, name, url));
            assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(200);
        }
        for (String name : new String[] {"memberID", "member_id"}) {
            assertThat(post("/v3/maintenance/alarm", "{\"action\": \"GET\", \"%s\": 1}".formatted(name))
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aRefusalHasTheTextOfEtcd() throws Exception {
        assertRefused(
                post("/v3/auth/authenticate", "{\"name\": \"root\"}"),
                412,
                9,
                "etcdserver: authentication is not enabled");
        assertRefused(post("/v3/cluster/member/remove", "{\"ID\": 1}"), 404, 5, "etcdserver: member not found");
        assertRefused(
                post("/v3/maintenance/hash", "{\"revision\": \"4611686018427387904\"}"),
                400,
                11,
                "etcdserver: mvcc: required revision is a future revision");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"nope", "{\"revision\": \"one\"}", "{\"revision\":", "[]", "7", "{}{}", "{\"a\":1,\"a\":1}"})
    void aBodyThatIsNotWhatItIsToBeIsRefused(String body) throws Exception {
        assertRefused(post("/v3/maintenance/hash", body), 400, 3, "body");
    }

    @Test
    void bytesThatAreNotBase64AreRefused() throws Exception {
        assertRefused(post("/v3/watch", "{\"create_request\": {\"key\": \"@@\"}}"), 400, 3, "base64");
    }

    @Test
    void depthHasAnEnd() throws Exception {
        String deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);

        assertRefused(post("/v3/maintenance/hash", deep), 400, 3, "not well-formed");
    }

    @Test
    void aBodyThatIsTooLargeIsRefused() throws Exception {
        var answer = post("/v3/maintenance/hash", " ".repeat(9 << 20));

        assertRefused(answer, 413, 3, "body is over");
    }

    @ParameterizedTest
    @CsvSource({
        "application/json, 200",
        "application/json; charset=utf-8, 200",
        "application/x-www-form-urlencoded, 200",
        "text/xml, 400",
        "multipart/form-data, 400"
    })
    void theBodyIsJson(String type, int http) throws Exception {
        var answer = send(
                request("/v3/maintenance/status").header("Content-Type", type).POST(BodyPublishers.ofString("{}")));

        assertThat(answer.statusCode()).isEqualTo(http);
        json(answer);
    }

    @Test
    void whatIsNotThereIsSaidSo() throws Exception {
        assertRefused(post("/v3/kv/nothing", "{}"), 404, 5, "Not Found");
        assertRefused(send(request("/v3/maintenance/status").GET()), 405, 12, "Method Not Allowed");
    }

    @Test
    void etcdsOwnWordsAreThere() throws Exception {
        assertThat(json(send(request("/version").GET())).path("etcdserver").asText())
                .isEqualTo("3.5.0");
        assertThat(json(send(request("/health").GET())).path("health").asText()).isEqualTo("true");
    }

    @Test
    void aWatchIsALineForEachAnswer() throws Exception {
        String create = "{\"create_request\": {\"key\": \"%s\", \"watch_id\": \"7\"}}".formatted(key("a"));
        HttpResponse<InputStream> answer = http.send(
                request("/v3/watch").POST(BodyPublishers.ofString(create)).build(), BodyHandlers.ofInputStream());
        assertThat(answer.statusCode()).isEqualTo(200);
        try (var lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            JsonNode created = new ObjectMapper().readTree(lines.readLine()).path("result");
            assertThat(created.path("created").asBoolean()).isTrue();
            assertThat(created.path("watch_id").asText()).isEqualTo("7");

            long revision = put("a", "one");
            JsonNode event = new ObjectMapper()
                    .readTree(lines.readLine())
                    .path("result")
                    .path("events")
                    .path(0);
            assertThat(event.has("type")).isFalse();
            assertThat(event.path("kv").path("key").asText()).isEqualTo(key("a"));
            assertThat(event.path("kv").path("value").asText()).isEqualTo("b25l");
            assertThat(event.path("kv").path("mod_revision").asText()).isEqualTo(Long.toString(revision));
        }
        await().untilAsserted(() -> assertThat(slots.connections()).isZero());
    }

    @Test
    void severalRequestsOfAStreamStandBehindEachOther() throws Exception {
        String create = "{\"create_request\": {\"key\": \"%s\"}}".formatted(key("a"));
        String cancel = "{\"cancel_request\": {\"watch_id\": 0}} {\"cancelRequest\": {\"watchId\": 1}}";

        // Both watches end, so the stream does.
        String[] lines =
                post("/v3/watch", create + "\n" + create + cancel).body().split("\n");

        assertThat(lines).allMatch(line -> line.startsWith("{\"result\":"));
        assertThat(lines).filteredOn(line -> line.contains("\"canceled\":true")).hasSize(2);
    }

    @Test
    void aStreamOfBytesComesWhole() throws Exception {
        List<String> lines =
                post("/v3/maintenance/snapshot", "{}").body().lines().toList();

        long sent = 0;
        for (String line : lines) {
            JsonNode piece = new ObjectMapper().readTree(line).path("result");
            sent += Base64.getDecoder().decode(piece.path("blob").asText()).length;
        }
        JsonNode first = new ObjectMapper().readTree(lines.getFirst()).path("result");
        long firstBytes = Base64.getDecoder().decode(first.path("blob").asText()).length;
        assertThat(sent).isEqualTo(firstBytes + first.path("remaining_bytes").asLong());
    }

    @Test
    void keysAreWrittenAndRead() throws Exception {
        String put = "{\"key\": \"%s\", \"value\": \"b25l\"}".formatted(key("a"));
        String revision =
                json(post("/v3/kv/put", put)).path("header").path("revision").asText();

        JsonNode read = json(post("/v3/kv/range", "{\"key\": \"%s\"}".formatted(key("a"))));
        assertThat(read.path("count").asText()).isEqualTo("1");
        assertThat(read.path("kvs").path(0).path("value").asText()).isEqualTo("b25l");
        assertThat(read.path("kvs").path(0).path("mod_revision").asText()).isEqualTo(revision);
        assertThat(read.has("more")).isFalse();

        String txn = """
                {"compare": [{"target": "VALUE", "result": "EQUAL", "key": "%1$s", "value": "b25l"}],
                 "success": [{"requestPut": {"key": "%1$s", "value": "dHdv"}}, {"request_range": {"key": "%1$s"}}]}
                """.formatted(key("a"));
        JsonNode done = json(post("/v3/kv/txn", txn));
        assertThat(done.path("succeeded").asBoolean()).isTrue();
        assertThat(done.path("responses")
                        .path(1)
                        .path("response_range")
                        .path("kvs")
                        .path(0)
                        .path("value")
                        .asText())
                .isEqualTo("dHdv");
        assertRefused(post("/v3/kv/range", "{}"), 400, 3, "etcdserver: key is not provided");
    }

    @Test
    void leasesAreGrantedKeptAndRevoked() throws Exception {
        String id = json(post("/v3/lease/grant", "{\"TTL\": 60}")).path("ID").asText();
        String named = "{\"ID\": \"%s\"}".formatted(id);

        String[] kept = post("/v3/lease/keepalive", named + named).body().split("\n");
        assertThat(kept).hasSize(2).allMatch(line -> line.contains("\"ID\":\"" + id + "\""));
        assertThat(json(post("/v3/kv/lease/timetolive", named))
                        .path("grantedTTL")
                        .asText())
                .isEqualTo("60");
        assertThat(post("/v3/lease/revoke", named).statusCode()).isEqualTo(200);
        assertRefused(post("/v3/kv/lease/revoke", named), 404, 5, "etcdserver: requested lease not found");
    }

    @Test
    void aLockIsTakenAndGivenBack() throws Exception {
        String name = key("lock");
        String lock = json(post("/v3/lock/lock", "{\"name\": \"%s\"}".formatted(name)))
                .path("key")
                .asText();

        assertThat(lock).isNotEmpty();
        assertThat(post("/v3/lock/unlock", "{\"key\": \"%s\"}".formatted(lock)).statusCode())
                .isEqualTo(200);
    }

    @Test
    void everyPathIsAMethodOfAService() {
        assertThat(Paths.METHODS.values()).isNotEmpty().allMatch(door::serves);
    }
}
