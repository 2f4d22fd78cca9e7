package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import java.net.URI;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class AdminOverRestTest extends RestTest {
    @TestHTTPResource(value = "/", management = true)
    URI management;

    @Test
    void theStatusTellsWhereTheNodeStands() throws Exception {
        var written = put(kv("a"), "one").json();

        var now = get("/v1/status").is(200).json();

        assertThat(now.path("ready").asBoolean()).isTrue();
        assertThat(now.path("phase").asText()).isEqualTo("serving");
        assertThat(now.path("role").asText()).isEqualTo("leader");
        assertThat(now.path("revision").asLong())
                .isGreaterThanOrEqualTo(written.path("revision").asLong());
        assertThat(now.path("applied").path("index").asLong()).isPositive();
        assertThat(now.path("coldStart").path("outcome").asText()).isEqualTo("fresh");
    }

    @Test
    void aPinCoversWhatWasWritten() throws Exception {
        put(kv("a"), "one");
        long applied = get("/v1/status").json().path("applied").path("index").asLong();

        var pinned = post("/v1/pin", "").is(200).json().path("pinned");

        assertThat(pinned.path("index").asLong()).isGreaterThanOrEqualTo(applied);
        assertThat(get("/v1/status").json().path("pinned").path("index").asLong())
                .isGreaterThanOrEqualTo(pinned.path("index").asLong());
    }

    @Test
    void historyBelowTheFloorIsGoneAndTheRestStays() throws Exception {
        var first = put(kv("a"), "one").json();
        var second = put(kv("a"), "two").json();

        var floor = post(
                        "/v1/compact",
                        "{\"at\":\"rev:" + second.path("revision").asText() + "\"}")
                .is(200)
                .json();

        assertThat(floor.path("gcFloor").asText())
                .isEqualTo(second.path("commitTs").asText());
        get(kv("a") + "?at=ts:" + first.path("commitTs").asText()).isProblem(410, "compacted");
        assertThat(get(kv("a") + "?at=ts:" + second.path("commitTs").asText())
                        .is(200)
                        .text())
                .isEqualTo("two");
        assertThat(get(kv("a")).is(200).text()).isEqualTo("two");
    }

    @Test
    void theMetricsDoNotNameKeys() throws Exception {
        put(kv("secret-key"), "one").is(200);

        String metrics = send("GET", management, "/q/metrics").is(200).text();

        assertThat(metrics).contains("uri=\"/v1/kv/{key}\"").doesNotContain("secret-key");
    }

    @Test
    void theFloorDoesNotRiseIntoTheFuture() throws Exception {
        String before = get("/v1/status").json().path("gcFloor").asText();

        assertThat(post("/v1/compact", "{\"at\":\"2199-01-01T00:00:00Z\"}").status())
                .isEqualTo(400);
        assertThat(post("/v1/compact", "{\"at\":\"rev:99999999\"}").status()).isEqualTo(400);

        assertThat(get("/v1/status").json().path("gcFloor").asText()).isEqualTo(before);
    }
}
