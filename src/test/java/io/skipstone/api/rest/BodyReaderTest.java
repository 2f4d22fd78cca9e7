package io.skipstone.api.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.api.ErrorMapping;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a bare server, with limits small enough to meet; the answer is the status of the refusal. */
class BodyReaderTest {
    private static final int MAX_BYTES = 100;
    private static final long TIMEOUT_MILLIS = 300;

    private final BodyBudget budget = new BodyBudget(60);
    private final AtomicInteger received = new AtomicInteger();
    private Vertx vertx;
    private URI node;

    @BeforeEach
    void start() throws Exception {
        vertx = Vertx.vertx();
        HttpServer server = vertx.createHttpServer()
                .requestHandler(request -> BodyReader.read(
                                request, new BodyLimit("value", MAX_BYTES), TIMEOUT_MILLIS, budget, vertx)
                        .whenComplete((body, failure) -> {
                            received.addAndGet(body == null ? 0 : body.length());
                            int status = failure == null
                                    ? 200
                                    : ErrorMapping.refusal(failure).kind().httpStatus();
                            request.response().setStatusCode(status).end();
                        }))
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
        node = URI.create("http://127.0.0.1:" + server.actualPort());
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void handsOverAWholeBodyAndGivesItsMemoryBack() throws Exception {
        assertThat(status("Content-Length: 5", "whole")).isEqualTo(200);

        assertThat(received).hasValue(5);
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void refusesABodyThatAnnouncesTooMuch() throws Exception {
        assertThat(status("Content-Length: 101", "")).isEqualTo(413);
        assertThat(status("Content-Length: 99999999999999999999", "")).isIn(400, 413);
    }

    @Test
    void givesUpABodyThatNeverEndsAndItsMemory() throws Exception {
        try (Socket socket = RawHttp.connect(node)) {
            RawHttp.write(socket, "PUT / HTTP/1.1\r\nHost: node\r\nContent-Length: 50\r\n\r\nonly this");
            await().atMost(Duration.ofSeconds(20)).until(() -> budget.usedBytes() == 9);

            assertThat(RawHttp.readStatus(socket)).isEqualTo(408);
        }
        assertThat(budget.usedBytes()).isZero();
    }

    @Test
    void refusesMoreThanAllBodiesTogetherMayHold() throws Exception {
        assertThat(status("Content-Length: 61", "x".repeat(61))).isEqualTo(429);

        assertThat(budget.usedBytes()).isZero();
        assertThat(status("Content-Length: 60", "x".repeat(60))).isEqualTo(200);
    }

    private int status(String header, String body) throws Exception {
        return RawHttp.status(node, "PUT / HTTP/1.1", header, body);
    }
}
