package io.skipstone.api;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which connections are idle, as a server sees it that cuts those. */
@Timeout(120)
class LongCallsTest {
    private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String LONG_CALL = "/etcdserverpb.Watch/Watch";
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII);
    private static final int SETTINGS = 4;
    private static final int HEADERS = 1;
    private static final int END_OF_STREAM_AND_HEADERS = 5;

    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<RoutingContext> held = new CompletableFuture<>();
    private final Set<Object> connections = ConcurrentHashMap.newKeySet();
    private HttpServer server;

    /** Answers pings, and closes no connection by itself. */
    private final HttpClient client = vertx.createHttpClient(new HttpClientOptions()
            .setProtocolVersion(HttpVersion.HTTP_2)
            .setHttp2ClearTextUpgrade(false)
            .setHttp2KeepAliveTimeout(0));

    @BeforeEach
    void aServer() throws Exception {
        var router = Router.router(vertx);
        new LongCalls(IDLE_TIMEOUT).mount(router);
        router.route().handler(held::complete);
        var options = new HttpServerOptions()
                .setIdleTimeout((int) IDLE_TIMEOUT.toMillis())
                .setIdleTimeoutUnit(MILLISECONDS);
        server = vertx.createHttpServer(options)
                .connectionHandler(connection -> {
                    connections.add(connection);
                    connection.closeHandler(_ -> connections.remove(connection));
                })
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, SECONDS);
    }

    @Test
    void aCallThatMayTakeLongWaitsForLongerThanAConnectionMayBeIdle() throws Exception {
        CompletableFuture<String> answer = answer(begin(LONG_CALL));
        RoutingContext call = held.get(30, SECONDS);

        await().atMost(PATIENCE).during(IDLE_TIMEOUT.multipliedBy(3)).until(() -> !answer.isDone());

        answer(call, "at last");
        assertThat(answer.get(30, SECONDS)).isEqualTo("at last");
    }

    @Test
    void anyOtherCallIsCutOnAConnectionOnWhichNothingMoves() throws Exception {
        CompletableFuture<String> answer = answer(begin("/v1/snapshot"));

        held.get(30, SECONDS);

        assertThat(answer).failsWithin(PATIENCE);
    }

    @Test
    void aConnectionIsIdleAgainWhenTheCallHasBeenAnswered() throws Exception {
        CompletableFuture<String> answer = answer(begin(LONG_CALL));

        answer(held.get(30, SECONDS), "soon");

        assertThat(answer.get(30, SECONDS)).isEqualTo("soon");
        await().atMost(PATIENCE).until(connections::isEmpty);
    }

    @Test
    void aConnectionIsIdleAgainWhenTheClientHasGivenUpItsCall() throws Exception {
        HttpClientRequest call = begin(LONG_CALL);
        var _ = answer(call);
        held.get(30, SECONDS);

        call.reset();

        await().atMost(PATIENCE).until(connections::isEmpty);
    }

    @Test
    void aPeerThatAnswersNoPingIsCutInTheMiddleOfTheCall() throws Exception {
        try (var silent = new Socket(InetAddress.getLoopbackAddress(), server.actualPort())) {
            silent.getOutputStream().write(beginOfACall());
            held.get(30, SECONDS);

            await().atMost(PATIENCE).until(connections::isEmpty);
        }
    }

    private HttpClientRequest begin(String path) throws Exception {
        return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
                .toCompletionStage()
                .toCompletableFuture()
                .get(30, SECONDS);
    }

    private static CompletableFuture<String> answer(HttpClientRequest call) {
        return call.send()
                .compose(HttpClientResponse::body)
                .map(Buffer::toString)
                .toCompletionStage()
                .toCompletableFuture();
    }

    private static void answer(RoutingContext call, String text) {
        call.vertx().runOnContext(_ -> call.end(text));
    }

    /** By hand, for every proper client answers pings. */
    private static byte[] beginOfACall() throws IOException {
        var headers = new ByteArrayOutputStream();
        literal(headers, ":method", "POST");
        literal(headers, ":scheme", "http");
        literal(headers, ":authority", "node");
        literal(headers, ":path", LONG_CALL);
        var bytes = new ByteArrayOutputStream();
        bytes.write(PREFACE);
        frame(bytes, SETTINGS, 0, 0, new byte[0]);
        frame(bytes, HEADERS, END_OF_STREAM_AND_HEADERS, 1, headers.toByteArray());
        return bytes.toByteArray();
    }

    private static void frame(ByteArrayOutputStream to, int type, int flags, int stream, byte[] payload) {
        to.writeBytes(new byte[] {0, 0, (byte) payload.length, (byte) type, (byte) flags, 0, 0, 0, (byte) stream});
        to.writeBytes(payload);
    }

    /** A header field that is not indexed, with a new name (RFC 7541, 6.2.2). */
    private static void literal(ByteArrayOutputStream to, String name, String value) {
        to.write(0);
        to.write(name.length());
        to.writeBytes(name.getBytes(US_ASCII));
        to.write(value.length());
        to.writeBytes(value.getBytes(US_ASCII));
    }
}
