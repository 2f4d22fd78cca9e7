package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each wrong request gets a typed answer, writes nothing, and leaves the node serving. */
@QuarkusTest
@TestProfile(OneNode.class)
class BadInputOverRestTest extends RestTest {
    private long revisionBefore;

    @BeforeEach
    void remember() {
        revisionBefore = revision();
    }

    @AfterEach
    void nothingWasWrittenAndTheNodeServes() throws Exception {
        assertThat(revision()).as("revision").isEqualTo(revisionBefore);
        put(kv("alive"), "yes").is(200);
        assertThat(get(kv("alive")).is(200).text()).isEqualTo("yes");
    }

    @Nested
    @TestProfile(OneNode.class)
    class Keys {
        @Test
        void areNotEmpty() throws Exception {
            put("/v1/kv/", "x").isProblem(400, "empty_key");
            get("/v1/kv/").isProblem(400, "empty_key");
            delete("/v1/kv/").isProblem(400, "empty_key");
            post("/v1/batch", "{\"operations\":[{\"put\":{\"key\":\"\",\"value\":\"x\"}}]}")
                    .isProblem(400, "empty_key");
        }

        @Test
        void haveAtMost64KiB() throws Exception {
            put("/v1/kv/" + "k".repeat(65_537), "x").isProblem(413, "key_too_large");
            put("/v1/kv/" + "%00".repeat(65_537), "x").isProblem(413, "key_too_large");
            get("/v1/kv/" + "k".repeat(65_537)).isProblem(413, "key_too_large");
        }

        @ParameterizedTest
        @ValueSource(strings = {"%", "%1", "%zz", "a%4"})
        void areEncodedProperly(String key) throws Exception {
            assertThat(RawHttp.status(node, "PUT /v1/kv/" + key + " HTTP/1.1", "Content-Length: 1", "x"))
                    .isEqualTo(400);
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Values {
        @Test
        void haveAtMostTheirLimit() throws Exception {
            send("PUT", kv("a"), new byte[(1 << 20) + 1]).isProblem(413, "value_too_large");

            get(kv("a")).is(404);
        }

        @Test
        void ofABatchHaveAtMostTheirLimit() throws Exception {
            String value = "v".repeat((1 << 20) + 1);

            post("/v1/batch", "{\"operations\":[{\"put\":{\"key\":\"" + room + "a\",\"value\":\"" + value + "\"}}]}")
                    .isProblem(413, "value_too_large");
        }

        @Test
        void togetherHaveAtMost4MiB() throws Exception {
            String value = "v".repeat(1 << 20);
            String operations = IntStream.range(0, 5)
                    .mapToObj(i -> "{\"put\":{\"key\":\"" + room + i + "\",\"value\":\"" + value + "\"}}")
                    .collect(Collectors.joining(","));

            post("/v1/batch", "{\"operations\":[" + operations + "]}").isProblem(413, "entry_too_large");
        }

        @Test
        void inABodyBeyondEverythingAreRefused() throws Exception {
            send("POST", "/v1/txn", new byte[9 << 20]).is(413);
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class TimesToLive {
        @ParameterizedTest
        @ValueSource(
                strings = {"-1s", "0", "1w", "", "36501d", "99999999999999999999s", "9223372036854775807d", "1.5s"})
        void arePositiveAndAtMostAHundredYears(String ttl) throws Exception {
            put(kv("a") + "?ttl=" + ttl, "x").isProblem(400, "bad_ttl");
        }

        @ParameterizedTest
        @CsvSource({"-1, bad_field", "0, bad_ttl", "9223372036854775807, bad_ttl", "9223372036854775808, bad_field"})
        void inJsonToo(String ttlMillis, String code) throws Exception {
            post("/v1/batch", operation("\"put\":{\"key\":\"a\",\"value\":\"x\",\"ttlMillis\":" + ttlMillis + "}"))
                    .isProblem(400, code);
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Queries {
        @ParameterizedTest
        @CsvSource(delimiter = '|', textBlock = """
                        /v1/kv?limit=-1                               | bad_limit
                        /v1/kv?limit=0                                | bad_limit
                        /v1/kv?limit=1025                             | bad_limit
                        /v1/kv?limit=99999999999999999999             | bad_limit
                        /v1/kv?limit=ten                              | bad_limit
                        /v1/kv?prefix=a&start=b                       | contradictory_range
                        /v1/kv?prefix=a&end=b                         | contradictory_range
                        /v1/kv?start=b&end=a                          | range_reversed
                        /v1/kv?countOnly=true&limit=3                 | contradictory_parameters
                        /v1/kv?page=AAAA                              | bad_page_token
                        /v1/kv?page=%FF                               | bad_page_token
                        /v1/kv?unknown=1                              | unknown_parameter
                        /v1/kv?prefix=a&prefix=b                      | repeated_parameter
                        /v1/kv?reverse=maybe                          | bad_parameter
                        /v1/kv?read=eventually                        | bad_parameter
                        /v1/kv?read=snapshot                          | moment_missing
                        /v1/kv?read=local&at=rev:1                    | contradictory_read
                        /v1/kv?at=12345                               | bad_at
                        /v1/kv?at=ts:-1                               | bad_at
                        /v1/kv?at=tomorrow                            | bad_at
                        /v1/kv?at=2026-01-01T00:00:00+02:00           | bad_at
                        /v1/kv/a?ttl=5s                               | unknown_parameter
                        /v1/kv/a?at=rev:1&at=rev:1                    | repeated_parameter
                        /v1/commit-ts/a?at=rev:1                      | unknown_parameter
                        /v1/status?verbose=true                       | unknown_parameter
                        """)
        void areUnderstoodOrRefused(String path, String code) throws Exception {
            get(path).isProblem(400, code);
        }

        @Test
        void inTheFutureAreRefused() throws Exception {
            for (String at : new String[] {"2199-01-01T00:00:00Z", "rev:99999999", "ts:9223372036854775807"}) {
                assertThat(get("/v1/kv?at=" + at).is(400).text()).contains("future");
            }
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Conditions {
        @Test
        void doNotContradictEachOther() throws Exception {
            put(kv("a"), "x", "If-Match", "*", "If-None-Match", "*").isProblem(400, "contradictory_conditions");
            post("/v1/txn", """
                    {"compare":[{"key":"a","target":"exists","relation":"=","exists":true},
                                {"key":"a","target":"exists","relation":"=","exists":false}],
                     "then":[{"put":{"key":"a","value":"x"}}]}""").isProblem(400, "contradictory_conditions");
        }

        @ParameterizedTest
        @ValueSource(strings = {"42", "W/\"42\"", "\"a\"", "\"1\", \"2\""})
        void areETags(String condition) throws Exception {
            put(kv("a"), "x", "If-Match", condition).isProblem(400, "bad_condition");
            delete(kv("a"), "If-None-Match", condition).isProblem(400, "bad_condition");
        }

        @Test
        void areGivenOnce() throws Exception {
            put(kv("a"), "x", "If-Match", "\"1\"", "If-Match", "\"2\"").isProblem(400, "repeated_header");
        }

        @Test
        void doNotGoWithAPrefix() throws Exception {
            delete("/v1/kv?prefix=" + room, "If-Match", "*").isProblem(400, "bad_condition");
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Json {
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        {                                                                | bad_json
                        {"operations":[]} {}                                             | bad_json
                        {"operations":[],"operations":[]}                                | bad_json
                        []                                                               | bad_field
                        {"operations":{}}                                                | bad_field
                        {"operations":[1]}                                               | bad_field
                        {"operations":[]}                                                | empty_batch
                        {}                                                               | empty_batch
                        {"operations":[{}]}                                              | bad_field
                        {"operations":[{"get":{"key":"a"}}]}                             | bad_field
                        {"operations":[{"put":{"key":"a"}}]}                             | missing_field
                        {"operations":[{"put":{"value":"a"}}]}                           | missing_field
                        {"operations":[{"put":{"key":"a","value":"x","ttl":5}}]}         | unknown_field
                        {"operations":[{"put":{"key":"a","value":5}}]}                   | bad_field
                        {"operations":[{"put":{"key":"a","value":null}}]}                | bad_field
                        {"operations":[{"put":{"key":"a","keyBase64":"YQ==","value":"x"}}]} | bad_field
                        {"operations":[{"put":{"keyBase64":"%%","value":"x"}}]}          | bad_field
                        {"operations":[{"put":{"key":"a","value":"x"},"delete":{"key":"a"}}]} | unknown_field
                        {"operations":[{"put":{"key":"a","value":"x"}},{"delete":{"key":"a"}}]} | duplicate_key
                        {"operations":[{"deletePrefix":{"prefix":"a"}},{"delete":{"key":"a"}}]} | mixed_prefix_delete
                        {"operations":[{"deletePrefix":{}}]}                             | prefix_missing
                        {"operations":[],"atomic":false}                                 | unknown_field
                        """)
        void ofABatchIsUnderstoodOrRefused(String body, String code) throws Exception {
            post("/v1/batch", body).isProblem(400, code);
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                        {"compare":[{"key":"a","target":"size","relation":"=","size":1}]}         | bad_field
                        {"compare":[{"key":"a","target":"version","relation":"==","version":1}]}  | bad_field
                        {"compare":[{"key":"a","target":"version","relation":"="}]}               | missing_field
                        {"compare":[{"key":"a","target":"version","relation":"=","version":-1}]}  | bad_field
                        {"compare":[{"key":"a","target":"version","relation":"=","version":1,"value":"x"}]} | unknown_field
                        {"compare":[{"key":"a","target":"commitTs","relation":"=","commitTs":5}]} | bad_field
                        {"compare":[{"key":"a","target":"exists","relation":"=","exists":"yes"}]} | bad_field
                        {"reads":{"keys":[{"key":"a"}]},"then":[{"get":{"key":"a"}}]}             | missing_field
                        {"reads":{"readTs":"0"},"then":[{"get":{"key":"a"}}]}                     | bad_at
                        {"reads":{"readTs":5},"then":[{"get":{"key":"a"}}]}                       | bad_field
                        {"reads":{"readTs":"5","ranges":[{"prefix":"a","start":"b"}]}}            | contradictory_range
                        {"then":[{"put":{"key":"a","value":"x"}}],"otherwise":[]}                 | unknown_field
                        """)
        void ofATransactionIsUnderstoodOrRefused(String body, String code) throws Exception {
            post("/v1/txn", body).isProblem(400, code);
        }

        @Test
        void namesThePathOfWhatIsWrong() throws Exception {
            var problem = post(
                            "/v1/batch",
                            "{\"operations\":[{\"delete\":{\"key\":\"a\"}},{\"put\":{\"key\":\"a\",\"vlaue\":\"x\",\"value\":\"\"}}]}")
                    .isProblem(400, "unknown_field");

            assertThat(problem.json().path("detail").asText()).startsWith("$.operations[1].put.vlaue ");
        }

        @Test
        void hasABoundedNumberOfOperations() throws Exception {
            String operations = IntStream.range(0, 1025)
                    .mapToObj(i -> "{\"delete\":{\"key\":\"" + i + "\"}}")
                    .collect(Collectors.joining(","));

            assertThat(post("/v1/batch", "{\"operations\":[" + operations + "]}")
                            .status())
                    .isEqualTo(413);
        }

        @Test
        void ofACompactionNamesItsMoment() throws Exception {
            post("/v1/compact", "{}").isProblem(400, "missing_field");
            post("/v1/compact", "{\"at\":\"5\"}").isProblem(400, "bad_at");
            post("/v1/compact", "{\"at\":\"rev:1\",\"force\":true}").isProblem(400, "unknown_field");
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Routes {
        @Test
        void thatDoNotExistAreNotFound() throws Exception {
            get("/v1").isProblem(404, "route_not_found");
            get("/v1/nothing").isProblem(404, "route_not_found");
            get("/v1/kvx").isProblem(404, "route_not_found");
            get("/v1/status/").isProblem(404, "route_not_found");
        }

        @Test
        void sayWhichMethodsTheyHave() throws Exception {
            assertThat(post(kv("a"), "x").isProblem(405, "method_not_allowed").header("Allow"))
                    .contains("PUT, GET, HEAD, DELETE");
            put("/v1/kv", "x").isProblem(405, "method_not_allowed");
            get("/v1/txn").isProblem(405, "method_not_allowed");
            send("PATCH", kv("a"), new byte[] {1}).isProblem(405, "method_not_allowed");
        }

        @Test
        void withoutABodyTakeNone() throws Exception {
            send("GET", kv("a"), new byte[] {1}).isProblem(400, "unexpected_body");
            send("DELETE", kv("a"), new byte[] {1}).isProblem(400, "unexpected_body");
            post("/v1/pin", "{}").isProblem(400, "unexpected_body");
        }
    }

    private static String operation(String json) {
        return "{\"operations\":[{" + json + "}]}";
    }
}
