package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(OneNode.class)
class LeasesOverRestTest extends RestTest {
    private String grant(int ttlSeconds) throws IOException, InterruptedException {
        return post("/v1/lease", "{\"ttlSeconds\":" + ttlSeconds + "}")
                .is(200)
                .json()
                .path("id")
                .asText();
    }

    private String lease(String id) {
        return "/v1/lease/" + id;
    }

    @Test
    void aLeaseTakesItsKeysAlong() throws Exception {
        String id = grant(3600);
        put(kv("a") + "?lease=" + id, "1").is(200);
        post(
                        "/v1/batch",
                        "{\"operations\":[{\"put\":{\"key\":\"" + room + "b\",\"value\":\"2\",\"lease\":\"" + id
                                + "\"}}]}")
                .is(200);
        put(kv("c"), "3").is(200);

        assertThat(get(kv("a")).is(200).header("Skipstone-Lease")).contains(id);
        assertThat(get(kv("c")).is(200).header("Skipstone-Lease")).isEmpty();
        assertThat(get("/v1/kv?prefix=" + room)
                        .is(200)
                        .json()
                        .path("items")
                        .path(0)
                        .path("lease")
                        .asText())
                .isEqualTo(id);
        var alive = get(lease(id) + "?keys=true").is(200).json();
        assertThat(alive.path("keyCount").asInt()).isEqualTo(2);
        assertThat(alive.path("keys").path(1).path("key").asText()).isEqualTo(room + "b");
        assertThat(alive.path("remainingMillis").asLong()).isBetween(3_000_000L, 3_600_000L);

        assertThat(delete(lease(id)).is(200).json().path("deleted").asInt()).isEqualTo(2);

        get(kv("a")).isProblem(404, "key_not_found");
        get(kv("b")).isProblem(404, "key_not_found");
        get(kv("c")).is(200);
        get(lease(id)).isProblem(404, "lease_not_found");
        post(lease(id) + "/keepalive", "").isProblem(404, "lease_not_found");
        delete(lease(id)).isProblem(404, "lease_not_found");
    }

    @Test
    void aLeaseThatNobodyKeepsAliveEnds() throws Exception {
        String abandoned = grant(1);
        String kept = grant(2);
        put(kv("a") + "?lease=" + abandoned, "1").is(200);
        put(kv("b") + "?lease=" + kept, "1").is(200);

        await().atMost(Duration.ofSeconds(60))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    post(lease(kept) + "/keepalive", "").is(200);
                    return get(kv("a")).status() == 404;
                });

        get(kv("b")).is(200);
        get(lease(abandoned)).isProblem(404, "lease_not_found");
        put(kv("a") + "?lease=" + abandoned, "1").isProblem(404, "lease_not_found");
        get(kv("a")).is(404);
    }

    @Test
    void aShorterTimeThanTheLeastIsGrantedAsThat() throws Exception {
        var granted = post("/v1/lease", "{\"ttlSeconds\":1}").is(200).json();

        assertThat(granted.path("ttlSeconds").asInt()).isEqualTo(2);
    }

    @Test
    void leasesAreListedInPages() throws Exception {
        post("/v1/lease", "{\"ttlSeconds\":3600,\"id\":\"9007199254740993\"}").is(200);
        post("/v1/lease", "{\"ttlSeconds\":3600,\"id\":\"9007199254740994\"}").is(200);

        var page = get("/v1/lease?after=9007199254740992&limit=1").is(200).json();
        var next = get("/v1/lease?limit=1&after=" + page.path("next").asText())
                .is(200)
                .json();

        assertThat(page.path("leases").path(0).path("id").asText()).isEqualTo("9007199254740993");
        assertThat(next.path("leases").path(0).path("id").asText()).isEqualTo("9007199254740994");
        post("/v1/lease", "{\"ttlSeconds\":3600,\"id\":\"9007199254740994\"}").isProblem(409, "lease_exists");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "x", "1.5", "9223372036854775808", "%20", ""})
    void whatIsNoIdIsRefused(String id) throws Exception {
        String code = id.isEmpty() ? "route_not_found" : "bad_lease_id";
        int status = id.isEmpty() ? 404 : 400;

        get(lease(id)).isProblem(status, code);
        put(kv("a") + "?lease=" + (id.isEmpty() ? "-" : id), "1").isProblem(400, "bad_lease_id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"ttlSeconds\":0}|lease_ttl_out_of_range",
                "{\"ttlSeconds\":-1}|bad_field",
                "{\"ttlSeconds\":31536001}|lease_ttl_out_of_range",
                "{\"ttlSeconds\":\"5\"}|bad_field",
                "{}|missing_field",
                "{\"ttlSeconds\":5,\"id\":\"0\"}|bad_lease_id",
                "{\"ttlSeconds\":5,\"id\":7}|bad_field",
                "{\"ttlSeconds\":5,\"ID\":\"7\"}|unknown_field"
            })
    void whatIsNoGrantIsRefused(String body, String code) throws Exception {
        post("/v1/lease", body).isProblem(400, code);
    }

    @Test
    void aKeyHasATimeToLiveOrALease() throws Exception {
        String id = grant(3600);

        put(kv("a") + "?ttl=5s&lease=" + id, "1").isProblem(400, "ttl_with_lease");
    }

    @Test
    void aTransactionWithAnUnknownLeaseWritesNothing() throws Exception {
        post(
                        "/v1/txn",
                        "{\"then\":[{\"put\":{\"key\":\"" + room + "a\",\"value\":\"1\"}},{\"put\":{\"key\":\"" + room
                                + "b\",\"value\":\"1\",\"lease\":\"1\"}}]}")
                .isProblem(404, "lease_not_found");

        get(kv("a")).is(404);
    }
}
