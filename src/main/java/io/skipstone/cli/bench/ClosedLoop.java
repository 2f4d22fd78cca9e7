package io.skipstone.cli.bench;

import io.skipstone.cli.client.PercentEncoding;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;

/**
 * Keeps a fixed number of requests under way: each answer starts the next request. All on one event loop, so that nothing is shared.
 */
final class ClosedLoop implements AutoCloseable {
    private static final long REQUEST_TIMEOUT_MILLIS = 15_000;

    /** After an error, so that a node that is away is not asked a million times. */
    private static final long PAUSE_AFTER_ERROR_MILLIS = 100;

    private static final int SCAN_ROWS = 100;

    private final BenchPlan plan;
    private final Tally tally;
    private final RandomGenerator random;
    private final Buffer value;
    private final Vertx vertx;
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private final HttpClient client;
    private long endNanos;
    private int running;
    private long started;

    ClosedLoop(BenchPlan plan, Tally tally, RandomGenerator random) {
        this.plan = plan;
        this.tally = tally;
        this.random = random;
        byte[] bytes = new byte[plan.valueBytes()];
        random.nextBytes(bytes);
        this.value = Buffer.buffer(bytes);
        this.vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        this.client = vertx.createHttpClient(new HttpClientOptions()
                .setDefaultHost(plan.endpoint().getHost())
                .setDefaultPort(port())
                .setSsl("https".equals(plan.endpoint().getScheme()))
                .setMaxPoolSize(plan.inFlight())
                .setKeepAlive(true)
                .setTcpNoDelay(true));
    }

    /** Starts; completes when the time is over and the last answer is in. */
    CompletableFuture<Void> start() {
        vertx.runOnContext(now -> {
            endNanos = System.nanoTime() + plan.duration().toNanos();
            running = plan.inFlight();
            for (int lane = 0; lane < plan.inFlight(); lane++) {
                next();
            }
        });
        return done;
    }

    private void next() {
        long startNanos = System.nanoTime();
        if (startNanos >= endNanos) {
            if (--running == 0) {
                done.complete(null);
            }
            return;
        }
        send().onComplete(answer -> {
            if (answer.succeeded() && answer.result() < 300) {
                tally.success(System.nanoTime() - startNanos);
                next();
            } else {
                tally.error(
                        answer.succeeded()
                                ? "HTTP " + answer.result()
                                : answer.cause().getClass().getSimpleName());
                vertx.setTimer(PAUSE_AFTER_ERROR_MILLIS, timer -> next());
            }
        });
    }

    /** One request; the status of its answer, once the answer is there to its end. */
    private Future<Integer> send() {
        boolean writes =
                switch (plan.workload()) {
                    case PUT -> true;
                    case MIXED -> started++ % 2 == 0;
                    case GET, SCAN -> false;
                };
        var options = new RequestOptions()
                .setMethod(writes ? HttpMethod.PUT : HttpMethod.GET)
                .setURI(uri(plan.key(random.nextInt(plan.keys())), writes))
                .setTimeout(REQUEST_TIMEOUT_MILLIS);
        return client.request(options)
                .compose(request -> writes ? request.send(value) : request.send())
                .compose(response -> response.body().map(body -> response.statusCode()));
    }

    private String uri(String key, boolean writes) {
        String encoded = PercentEncoding.encode(key);
        String read = "read=" + plan.reads().name().toLowerCase(Locale.ROOT);
        if (plan.workload() == Workload.SCAN) {
            return "/v1/kv?start=" + encoded + "&limit=" + SCAN_ROWS + "&" + read;
        }
        return "/v1/kv/" + encoded + (writes ? "" : "?" + read);
    }

    private int port() {
        int port = plan.endpoint().getPort();
        if (port > 0) {
            return port;
        }
        return "https".equals(plan.endpoint().getScheme()) ? 443 : 80;
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
