package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@TestProfile(OneNode.class)
class KeysOverRestTest extends RestTest {
    @Test
    void aPutCreatesAndThenReplaces() throws Exception {
        var first = put(kv("a"), "one").is(200);
        var second = put(kv("a"), "two").is(200);

        assertThat(first.json().path("created").asBoolean()).isTrue();
        assertThat(first.json().path("version").asLong()).isEqualTo(1);
        assertThat(first.json().path("commitTs").isTextual()).isTrue();
        assertThat(second.json().path("created").asBoolean()).isFalse();
        assertThat(second.json().path("version").asLong()).isEqualTo(2);
        assertThat(second.json().path("revision").asLong())
                .isGreaterThan(first.json().path("revision").asLong());
        assertThat(Long.parseLong(second.json().path("commitTs").asText()))
                .isGreaterThan(Long.parseLong(first.json().path("commitTs").asText()));
    }

    @Test
    void aGetTellsTheValueAndItsVersion() throws Exception {
        var created = put(kv("a"), "one");
        var written = put(kv("a"), "two");

        var read = get(kv("a")).is(200);

        assertThat(read.text()).isEqualTo("two");
        assertThat(read.etag()).isEqualTo(written.etag());
        assertThat(read.header("Content-Type")).contains("application/octet-stream");
        assertThat(read.header("Skipstone-Create-Revision"))
                .contains(created.json().path("revision").asText());
        assertThat(read.header("Skipstone-Mod-Revision"))
                .contains(written.json().path("revision").asText());
        assertThat(read.header("Skipstone-Version")).contains("2");
        assertThat(read.header("Skipstone-Commit-Ts"))
                .contains(written.json().path("commitTs").asText());
        assertThat(read.header("Skipstone-Revision")).isPresent();
        assertThat(read.header("Skipstone-Read-Ts")).isPresent();
        assertThat(read.header("Skipstone-Applied-Index")).isPresent();
        assertThat(read.header("Skipstone-Expires-At")).isEmpty();
    }

    @Test
    void aHeadTellsTheVersionWithoutTheValue() throws Exception {
        put(kv("a"), "twelve bytes");

        var read = send("HEAD", kv("a"), new byte[0]).is(200);

        assertThat(read.bytes()).isEmpty();
        assertThat(read.header("Content-Length")).contains("12");
        assertThat(read.header("Skipstone-Version")).contains("1");
        send("HEAD", kv("missing"), new byte[0]).is(404);
    }

    @Test
    void aMissingKeyIsNotFound() throws Exception {
        get(kv("missing")).isProblem(404, "key_not_found");
    }

    @Test
    void aDeleteSaysWhetherThereWasSomething() throws Exception {
        put(kv("a"), "one");

        assertThat(delete(kv("a")).is(200).json().path("deleted").asLong()).isEqualTo(1);
        assertThat(delete(kv("a")).is(200).json().path("deleted").asLong()).isZero();
        get(kv("a")).isProblem(404, "key_not_found");
    }

    @Test
    void anEmptyValueIsAValue() throws Exception {
        put(kv("a"), "").is(200);

        assertThat(get(kv("a")).is(200).bytes()).isEmpty();
    }

    @Test
    void aValueExpires() throws Exception {
        put(kv("a") + "?ttl=1h", "long").is(200);
        put(kv("b") + "?ttl=1ms", "short").is(200);

        var expiresAt = Instant.parse(
                get(kv("a")).is(200).header("Skipstone-Expires-At").orElseThrow());

        assertThat(expiresAt).isBetween(Instant.now(), Instant.now().plus(Duration.ofHours(1)));
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(get(kv("b")).status()).isEqualTo(404));
    }

    @Test
    void theLatestCommitIsKnownAfterADeleteToo() throws Exception {
        put(kv("a"), "one");
        var deleted = delete(kv("a")).is(200);

        var answer = get("/v1/commit-ts/" + room + "a").is(200);

        assertThat(answer.json().path("commitTs").asText())
                .isEqualTo(deleted.json().path("commitTs").asText());
        get("/v1/commit-ts/" + room + "never").isProblem(404, "key_not_found");
    }

    @Test
    void http2ServesTheSame() throws Exception {
        try (var http2 =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_2).build()) {
            send(http2, "PUT", kv("h2/../%2e%2e//x"), new byte[] {1, 2, 3}).is(200);

            var read = send(http2, "GET", kv("h2/../%2e%2e//x"), new byte[0]).is(200);

            assertThat(read.response().version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(read.bytes()).containsExactly(1, 2, 3);
            send(http2, "PUT", kv("big"), new byte[(1 << 20) + 1]).isProblem(413, "value_too_large");
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class AnyBytesAreAKey {
        @ParameterizedTest
        @ValueSource(
                strings = {
                    "..",
                    ".",
                    "../..",
                    "a/../b",
                    "./a",
                    "a/.",
                    "a//b",
                    "//",
                    "/",
                    "%2F",
                    "%2e%2e",
                    "%2E%2E%2F",
                    "%00",
                    "%00%00",
                    "a%00b",
                    "%FF%FE",
                    "%25",
                    "%252F",
                    "a+b",
                    "%2B",
                    "a;b=c",
                    "a%3Fb",
                    "a%23b",
                    "%20",
                    "%0D%0A",
                    "kv",
                    "~!$&'()*,:@",
                    "%C3%BC",
                    "a%5Cb",
                    "%7Bkey%7D"
                })
        void asTheyStandInThePath(String key) throws Exception {
            put(kv(key), "value of " + key).is(200);

            assertThat(get(kv(key)).is(200).text()).isEqualTo("value of " + key);
            assertThat(delete(kv(key)).is(200).json().path("deleted").asLong()).isEqualTo(1);
        }

        @Test
        void andEncodingsOfTheSameBytesAreTheSameKey() throws Exception {
            put(kv("a/b"), "x").is(200);

            assertThat(get(kv("a%2Fb")).is(200).text()).isEqualTo("x");
            assertThat(get(kv("%61%2fb")).is(200).text()).isEqualTo("x");
            get(kv("a%252Fb")).is(404);
        }

        @Test
        void ofAnyLengthUpToTheLimit() throws Exception {
            long seed = Long.getLong("skipstone.seed", System.nanoTime());
            var random = new Random(seed);
            for (int length : new int[] {1, 2, 255, 500, 511, 512, 4096, 65_536}) {
                byte[] key = new byte[length];
                random.nextBytes(key);
                String path = "/v1/kv/" + encode(key);

                put(path, "v" + length).is(200);

                assertThat(get(path).is(200).text())
                        .as("seed %d, length %d", seed, length)
                        .isEqualTo("v" + length);
                delete(path).is(200);
            }
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Conditions {
        @Test
        void createOnlyIfThereIsNothing() throws Exception {
            put(kv("a"), "one", "If-None-Match", "*").is(200);

            put(kv("a"), "two", "If-None-Match", "*").isProblem(412, "precondition_failed");

            assertThat(get(kv("a")).text()).isEqualTo("one");
        }

        @Test
        void replaceOnlyTheVersionThatWasRead() throws Exception {
            String etag = put(kv("a"), "one").etag();

            put(kv("a"), "two", "If-Match", etag).is(200);
            put(kv("a"), "three", "If-Match", etag).isProblem(412, "precondition_failed");
            put(kv("missing"), "x", "If-Match", "*").isProblem(412, "precondition_failed");

            assertThat(get(kv("a")).text()).isEqualTo("two");
            get(kv("missing")).is(404);
        }

        @Test
        void deleteOnlyTheVersionThatWasRead() throws Exception {
            String etag = put(kv("a"), "one").etag();
            put(kv("a"), "two");

            delete(kv("a"), "If-Match", etag).isProblem(412, "precondition_failed");
            delete(kv("missing"), "If-Match", "*").isProblem(412, "precondition_failed");

            assertThat(get(kv("a")).text()).isEqualTo("two");
        }

        @Test
        void saveReadingWhatIsKnown() throws Exception {
            String etag = put(kv("a"), "one").etag();

            var unchanged = get(kv("a"), "If-None-Match", etag).is(304);
            put(kv("a"), "two");

            assertThat(unchanged.bytes()).isEmpty();
            assertThat(unchanged.header("ETag")).contains(etag);
            assertThat(get(kv("a"), "If-None-Match", etag).is(200).text()).isEqualTo("two");
            get(kv("a"), "If-Match", etag).isProblem(412, "precondition_failed");
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class IdempotencyKeys {
        @Test
        void makeARepetitionTakeEffectOnce() throws Exception {
            String once = room + "once";
            var first = put(kv("a"), "one", "Idempotency-Key", once).is(200);
            put(kv("a"), "two");

            var again = put(kv("a"), "one", "Idempotency-Key", once).is(200);

            assertThat(again.json()).isEqualTo(first.json());
            assertThat(get(kv("a")).text()).isEqualTo("two");
        }

        @Test
        void belongToOneRequest() throws Exception {
            String once = room + "once";
            put(kv("a"), "one", "Idempotency-Key", once).is(200);

            put(kv("a"), "two", "Idempotency-Key", once).isProblem(422, "idempotency_key_reused");

            assertThat(get(kv("a")).text()).isEqualTo("one");
        }

        @Test
        void haveALength() throws Exception {
            put(kv("a"), "one", "Idempotency-Key", "x".repeat(255)).is(200);

            put(kv("b"), "one", "Idempotency-Key", "x".repeat(256)).is(400);
            put(kv("b"), "one", "Idempotency-Key", "").is(400);
            get(kv("b")).is(404);
        }
    }

    @Nested
    @TestProfile(OneNode.class)
    class Reads {
        @Test
        void ofEachConsistencySeeTheLastWriteOnOneNode() throws Exception {
            put(kv("a"), "one");

            for (String read : new String[] {"linearizable", "local"}) {
                assertThat(get(kv("a") + "?read=" + read).is(200).text()).isEqualTo("one");
            }
        }

        @Test
        void inThePastSeeThePast() throws Exception {
            var first = put(kv("a"), "one").json();
            put(kv("a"), "two");
            delete(kv("a"));
            String byRevision = kv("a") + "?at=rev:" + first.path("revision").asText();
            String byTimestamp =
                    kv("a") + "?read=snapshot&at=ts:" + first.path("commitTs").asText();

            assertThat(get(byRevision).is(200).text()).isEqualTo("one");
            assertThat(get(byTimestamp).is(200).text()).isEqualTo("one");
            get(kv("a")).is(404);
        }

        @Test
        void atATimeSeeWhatWasCommittedByThen() throws Exception {
            var first = put(kv("a"), "one").json();
            long millis = Long.parseLong(first.path("commitTs").asText()) >>> 16;
            await().until(() -> System.currentTimeMillis() > millis + 1);
            put(kv("a"), "two");

            var then = get(kv("a") + "?at=" + Instant.ofEpochMilli(millis)).is(200);

            assertThat(then.text()).isEqualTo("one");
        }

        @Test
        void inTheFutureAreRefused() throws IOException, InterruptedException {
            assertThat(get(kv("a") + "?at=2199-01-01T00:00:00Z").status()).isEqualTo(400);
            assertThat(get(kv("a") + "?at=rev:999999999").status()).isEqualTo(400);
            assertThat(get(kv("a") + "?at=ts:9223372036854775807").status()).isEqualTo(400);
        }
    }
}
