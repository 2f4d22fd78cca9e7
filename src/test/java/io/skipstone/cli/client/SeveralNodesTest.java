package io.skipstone.cli.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.cli.CliRun;
import io.skipstone.model.Bytes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A command that knows several nodes, of which some cannot serve. */
class SeveralNodesTest {
    private static final String READ = "GET /v1/kv/a";
    private static final String WRITE = "PUT /v1/kv/a";
    private static final Request READING = Request.get("/v1/kv/a");
    private static final Request WRITING = Request.put("/v1/kv/a", Bytes.utf8("1"));

    private ScriptedNode first;
    private ScriptedNode second;

    @BeforeEach
    void start() throws IOException {
        first = new ScriptedNode();
        second = new ScriptedNode();
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
    }

    private NodeClient client(URI... endpoints) {
        return new NodeClient(List.of(endpoints), Duration.ofSeconds(20));
    }

    private static URI nobody() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }
    }

    @Nested
    class ANodeThatIsDown {
        @Test
        void isPassedOverAndNotAskedAgain() throws IOException {
            second.on(WRITE, 200, "{}");
            try (var client = client(nobody(), second.uri())) {
                assertThat(client.exchange(WRITING).status()).isEqualTo(200);
                assertThat(client.endpoint()).isEqualTo(second.uri());
                assertThat(client.exchange(WRITING).status()).isEqualTo(200);
            }
            assertThat(second.asked()).hasSize(2);
        }

        @Test
        void isReportedWithTheOthersWhenAllAreDown() throws IOException {
            URI one = nobody();
            URI other = nobody();
            try (var client = client(one, other)) {
                assertThatThrownBy(() -> client.ask(READING))
                        .isInstanceOfSatisfying(CliFailure.class, failure -> assertThat(failure.exitCode())
                                .isEqualTo(CliFailure.UNREACHABLE))
                        .hasMessageContaining("cannot reach a node at " + one + ", " + other);
            }
        }

        @Test
        void doesNotHideThatAnotherOneRefused() throws IOException {
            first.refuse(READ, 503, "not_ready", true);
            try (var client = client(first.uri(), nobody())) {
                assertThat(client.exchange(READING).status()).isEqualTo(503);
            }
        }
    }

    @Nested
    class ANodeThatCannotServeNow {
        @Test
        void isPassedOverForWritesTooBecauseItHasDoneNothing() throws IOException {
            first.refuse(WRITE, 503, "not_ready", true);
            second.on(WRITE, 200, "{}");
            try (var client = client(first.uri(), second.uri())) {
                assertThat(client.exchange(WRITING).status()).isEqualTo(200);
            }
        }

        @Test
        void answersWhenNoOtherServesEither() throws IOException {
            first.refuse(READ, 503, "not_ready", true);
            second.refuse(READ, 503, "not_ready", true);
            try (var client = client(first.uri(), second.uri())) {
                assertThat(client.exchange(READING).status()).isEqualTo(503);
            }
            assertThat(first.asked()).hasSize(1);
            assertThat(second.asked()).hasSize(1);
        }

        @Test
        void isNotMixedUpWithAGroupThatCannot() throws IOException {
            first.refuse(WRITE, 503, "learner_behind", true);
            try (var client = client(first.uri(), second.uri())) {
                assertThat(client.exchange(WRITING).status()).isEqualTo(503);
            }
            assertThat(second.asked()).isEmpty();
        }
    }

    @Nested
    class AnAnswerThatIsLost {
        @Test
        void isAskedForElsewhereWhenThatIsHarmless() throws IOException {
            first.hangUpOn(READ).hangUpOn(WRITE);
            second.on(READ, 200, "1").on(WRITE, 200, "{}");
            try (var client = client(first.uri(), second.uri())) {
                assertThat(client.exchange(READING).status()).isEqualTo(200);
            }
            try (var client = client(first.uri(), second.uri())) {
                assertThat(client.exchange(WRITING.with("Idempotency-Key", "k")).status())
                        .isEqualTo(200);
            }
        }

        @Test
        void ofAWriteIsReportedAndTheWriteNotRepeated() {
            first.hangUpOn(WRITE);
            second.on(WRITE, 200, "{}");
            try (var client = client(first.uri(), second.uri())) {
                assertThatThrownBy(() -> client.ask(WRITING))
                        .isInstanceOf(CliFailure.class)
                        .hasMessageContaining("may or may not have taken effect");
                assertThat(client.endpoint()).isEqualTo(second.uri());
            }
            assertThat(second.asked()).isEmpty();
        }
    }

    @Nested
    class ARefusal {
        @Test
        void isTheAnswer() throws IOException {
            first.refuse(WRITE, 400, "bad_ttl", false);
            try (var client = client(first.uri(), second.uri())) {
                assertThat(client.exchange(WRITING).status()).isEqualTo(400);
            }
            assertThat(second.asked()).isEmpty();
        }
    }

    @Nested
    class TheCommandLine {
        @Test
        void takesThemWithCommas() throws IOException {
            second.on(READ, 200, "hello");

            var run = CliRun.of("get", "a", "--endpoint", nobody() + "," + second.endpoint());

            assertThat(run.err()).isEmpty();
            assertThat(run.out()).startsWith("hello");
        }

        @Test
        void staysWithOneThatServesWhereTheWorkIsAtOneNode() throws IOException {
            first.on("GET /v1/status", 200, "{\"ready\":false}");
            second.on("GET /v1/status", 200, "{\"ready\":true}")
                    .refuse("POST /v1/snapshot", 507, "out_of_space", false);

            var run = CliRun.of(
                    "snapshot",
                    "save",
                    "target/never.skip",
                    "--endpoint",
                    nobody() + "," + first.endpoint() + "," + second.endpoint());

            assertThat(run.exitCode()).isEqualTo(CliFailure.REFUSED);
            assertThat(run.err()).contains("out_of_space");
            assertThat(first.asked()).containsExactly("GET /v1/status");
        }
    }
}
