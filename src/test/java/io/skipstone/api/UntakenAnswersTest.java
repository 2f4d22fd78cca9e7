package io.skipstone.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.StreamResetException;
import io.vertx.ext.web.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers of 5 MiB each on one connection of HTTP/2. */
@Timeout(60)
class UntakenAnswersTest {
    private static final int ROOM_BYTES = 32 << 20;
    private static final int ANSWER_BYTES = 5 << 20;
    private static final long ENHANCE_YOUR_CALM = 0xb;

    private final Vertx vertx = Vertx.vertx();
    private HttpServer server;
    private HttpClient client;

    @BeforeEach
    void connect() throws Exception {
        var router = Router.router(vertx);
        new ConnectionRoom(ROOM_BYTES).mount(router);
        Buffer answer = Buffer.buffer(new byte[ANSWER_BYTES]);
        router.route("/long").handler(routing -> routing.end(Buffer.buffer(new byte[8 * ANSWER_BYTES])));
        router.route().handler(routing -> routing.end(answer));
        server = of(vertx.createHttpServer()
                .requestHandler(router)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture());
        client = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(1));
    }

    @AfterEach
    void close() throws Exception {
        of(vertx.close().toCompletionStage().toCompletableFuture());
    }

    private static <T> T of(CompletableFuture<T> stage) throws Exception {
        return stage.get(30, SECONDS);
    }

    /** The length of an answer that is taken. */
    private CompletableFuture<Integer> taken(String path) {
        // On the event loop from the request on: what comes before somebody listens is lost.
        return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
                .compose(request -> request.send().compose(HttpClientResponse::body))
                .map(Buffer::length)
                .toCompletionStage()
                .toCompletableFuture();
    }

    /** An answer of which nothing is taken. */
    private CompletableFuture<HttpClientResponse> response(String path) {
        return client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", path)
                .compose(request -> request.send().onSuccess(HttpClientResponse::pause))
                .toCompletionStage()
                .toCompletableFuture();
    }

    @Test
    void areRefusedBeyondTheRoomOfTheirConnection() throws Exception {
        List<CompletableFuture<HttpClientResponse>> untaken = new ArrayList<>();
        List<CompletableFuture<Throwable>> ended = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            CompletableFuture<HttpClientResponse> response = response("/");
            var end = new CompletableFuture<Throwable>();
            var _ = response.whenComplete((here, failure) -> {
                if (failure != null) {
                    end.complete(failure);
                } else {
                    here.exceptionHandler(end::complete);
                }
            });
            untaken.add(response);
            ended.add(end);
        }

        Object refusal = of(CompletableFuture.anyOf(ended.toArray(CompletableFuture[]::new)));

        assertThat(refusal instanceof CompletionException wrapped ? wrapped.getCause() : refusal)
                .isInstanceOfSatisfying(StreamResetException.class, reset -> assertThat(reset.getCode())
                        .isEqualTo(ENHANCE_YOUR_CALM));
        assertThat(of(untaken.getFirst()).statusCode()).isEqualTo(200);
    }

    @Test
    void thatAreAloneMayBeOfAnyLength() throws Exception {
        assertThat(of(taken("/long"))).isEqualTo(8 * ANSWER_BYTES);
    }

    @Test
    void takeNoRoomOnceTheyAreTaken() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(of(taken("/"))).isEqualTo(ANSWER_BYTES);
        }
    }
}
