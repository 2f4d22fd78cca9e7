package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@QuarkusTest
@TestProfile(OneNode.class)
class TxnOverRestTest extends RestTest {
    @Nested
    @TestProfile(OneNode.class)
    class Batches {
        @Test
        void happenTogetherAtOneRevision() throws Exception {
            put(kv("gone"), "x");

            var answer = post("/v1/batch", json("""
                    {"operations": [
                      {"put": {"key": "ROOM/a", "value": "1", "ttlMillis": 3600000}},
                      {"put": {"keyBase64": "/wA=", "valueBase64": "AP8="}},
                      {"delete": {"key": "ROOM/gone"}},
                      {"delete": {"key": "ROOM/never"}}]}""")).is(200).json();

            assertThat(answer.path("results")
                            .path(0)
                            .path("put")
                            .path("created")
                            .asBoolean())
                    .isTrue();
            assertThat(answer.path("results")
                            .path(2)
                            .path("delete")
                            .path("deleted")
                            .asLong())
                    .isEqualTo(1);
            assertThat(answer.path("results")
                            .path(3)
                            .path("delete")
                            .path("deleted")
                            .asLong())
                    .isZero();
            assertThat(get(kv("a")).is(200).header("Skipstone-Mod-Revision"))
                    .contains(answer.path("revision").asText());
            assertThat(get(kv("a")).header("Skipstone-Expires-At")).isPresent();
            assertThat(get("/v1/kv/%FF%00").is(200).bytes()).containsExactly(0, 0xFF);
            get(kv("gone")).is(404);
        }

        @Test
        void deleteAPrefixAlone() throws Exception {
            put(kv("p/1"), "x");
            put(kv("p/2"), "x");

            var answer = post("/v1/batch", json("{\"operations\":[{\"deletePrefix\":{\"prefix\":\"ROOM/p/\"}}]}"))
                    .is(200)
                    .json();

            assertThat(answer.path("results")
                            .path(0)
                            .path("delete")
                            .path("deleted")
                            .asLong())
                    .isEqualTo(2);
        }

        @Test
        void repeatOnceWithAnIdempotencyKey() throws Exception {
            String body = json("{\"operations\":[{\"put\":{\"key\":\"ROOM/a\",\"value\":\"1\"}}]}");
            var first = post("/v1/batch", body, "Idempotency-Key", room).is(200).json();

            assertThat(post("/v1/batch", body, "Idempotency-Key", room).is(200).json())
                    .isEqualTo(first);
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Compares {
        @Test
        void chooseTheBranch() throws Exception {
            String claim = json("""
                    {"compare": [{"key": "ROOM/seat", "target": "exists", "relation": "=", "exists": false}],
                     "then": [{"put": {"key": "ROOM/seat", "value": "Ada"}}],
                     "else": [{"get": {"key": "ROOM/seat"}}]}""");

            JsonNode first = post("/v1/txn", claim).is(200).json();
            JsonNode second = post("/v1/txn", claim).is(200).json();

            assertThat(first.path("succeeded").asBoolean()).isTrue();
            assertThat(second.path("succeeded").asBoolean()).isFalse();
            JsonNode found = second.path("results").path(0).path("get");
            assertThat(found.path("found").asBoolean()).isTrue();
            assertThat(found.path("item").path("value").asText()).isEqualTo("Ada");
        }

        @Test
        void knowEveryTarget() throws Exception {
            var put = put(kv("a"), "m").json();
            for (String compare : new String[] {
                "\"target\":\"exists\",\"relation\":\"!=\",\"exists\":false",
                "\"target\":\"value\",\"relation\":\">\",\"value\":\"l\"",
                "\"target\":\"value\",\"relation\":\"=\",\"valueBase64\":\"bQ==\"",
                "\"target\":\"version\",\"relation\":\"<\",\"version\":2",
                "\"target\":\"createRevision\",\"relation\":\"=\",\"createRevision\":" + put.path("revision"),
                "\"target\":\"modRevision\",\"relation\":\"=\",\"modRevision\":" + put.path("revision"),
                "\"target\":\"commitTs\",\"relation\":\"=\",\"commitTs\":" + put.path("commitTs")
            }) {
                String body = json("{\"compare\":[{\"key\":\"ROOM/a\"," + compare + "}]}");

                assertThat(post("/v1/txn", body)
                                .is(200)
                                .json()
                                .path("succeeded")
                                .asBoolean())
                        .as("%s", compare)
                        .isTrue();
            }
        }

        @Test
        void sayWhetherAReadFoundNothing() throws Exception {
            JsonNode answer = post("/v1/txn", json("{\"then\":[{\"get\":{\"key\":\"ROOM/never\"}}]}"))
                    .is(200)
                    .json();

            assertThat(answer.path("results").path(0).path("get").path("found").asBoolean(true))
                    .isFalse();
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class OptimisticTransactions {
        @Test
        void commitWhenNothingTheyReadHasChanged() throws Exception {
            put(kv("a"), "1");
            String readTs = get(kv("a")).header("Skipstone-Read-Ts").orElseThrow();

            JsonNode answer = post("/v1/txn", transfer(readTs)).is(200).json();

            assertThat(answer.path("succeeded").asBoolean()).isTrue();
            assertThat(get(kv("b")).is(200).text()).isEqualTo("2");
        }

        @Test
        void conflictWhenAKeyTheyReadHasChanged() throws Exception {
            put(kv("a"), "1");
            String readTs = get(kv("a")).header("Skipstone-Read-Ts").orElseThrow();
            put(kv("a"), "changed");

            post("/v1/txn", transfer(readTs)).isProblem(409, "conflict");

            get(kv("b")).is(404);
        }

        @Test
        void conflictWhenARangeTheyReadHasANewKey() throws Exception {
            put(kv("r/1"), "1");
            String readTs = get(kv("r/1")).header("Skipstone-Read-Ts").orElseThrow();
            put(kv("r/2"), "phantom");

            String body = json("""
                    {"reads": {"readTs": "%s", "ranges": [{"prefix": "ROOM/r/"}]},
                     "then": [{"put": {"key": "ROOM/sum", "value": "1"}}]}""".formatted(readTs));

            post("/v1/txn", body).isProblem(409, "conflict");
            get(kv("sum")).is(404);
        }

        private String transfer(String readTs) {
            return json("""
                    {"reads": {"readTs": "%s", "keys": [{"key": "ROOM/a"}]},
                     "then": [{"put": {"key": "ROOM/b", "value": "2"}}]}""".formatted(readTs));
        }
    }

    private String json(String text) {
        return text.replace("ROOM/", room);
    }
}
