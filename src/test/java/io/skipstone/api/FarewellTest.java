package io.skipstone.api;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a leaving node tells clients on connections that are open already. */
@Timeout(60)
class FarewellTest {
    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<RoutingContext> held = new CompletableFuture<>();
    private volatile boolean leaving;
    private HttpServer server;

    @BeforeEach
    void aServer() throws Exception {
        var router = Router.router(vertx);
        new Farewell(() -> leaving).mount(router);
        router.get("/quick").handler(FarewellTest::answer);
        router.get("/held").handler(held::complete);
        server = vertx.createHttpServer()
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

    /** With the connection that the request came on. */
    private static void answer(RoutingContext routing) {
        routing.end(
                String.valueOf(routing.request().connection().remoteAddress().port()));
    }

    @Test
    void overHttp1TheNextAnswerAsksTheClientToCloseTheConnection() throws Exception {
        try (HttpClient client = client(Version.HTTP_1_1)) {
            HttpResponse<String> first = get(client, "/quick").get(30, SECONDS);
            assertThat(first.headers().firstValue("Connection")).isEmpty();

            leaving = true;

            HttpResponse<String> last = get(client, "/quick").get(30, SECONDS);
            assertThat(last.body()).as("on the same connection").isEqualTo(first.body());
            assertThat(last.headers().firstValue("Connection")).contains("close");
            assertThat(get(client, "/quick").get(30, SECONDS).body()).isNotEqualTo(first.body());
        }
    }

    @Test
    void overHttp2TheNextAnswerIsTheLastOneOfTheConnectionButForWhatIsInFlight() throws Exception {
        try (HttpClient client = client(Version.HTTP_2)) {
            HttpResponse<String> first = get(client, "/quick").get(30, SECONDS);
            assertThat(first.version()).isEqualTo(Version.HTTP_2);
            CompletableFuture<HttpResponse<String>> inFlight = get(client, "/held");
            RoutingContext onItsWay = held.get(30, SECONDS);

            leaving = true;

            HttpResponse<String> last = get(client, "/quick").get(30, SECONDS);
            assertThat(last.body()).as("on the same connection").isEqualTo(first.body());
            assertThat(get(client, "/quick").get(30, SECONDS).body()).isNotEqualTo(first.body());
            onItsWay.vertx().runOnContext(_ -> answer(onItsWay));
            assertThat(inFlight.get(30, SECONDS).body()).isEqualTo(first.body());
        }
    }

    private static HttpClient client(Version version) {
        return HttpClient.newBuilder().version(version).build();
    }

    private CompletableFuture<HttpResponse<String>> get(HttpClient client, String path) {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.actualPort() + path))
                .build();
        return client.sendAsync(request, BodyHandlers.ofString());
    }
}
