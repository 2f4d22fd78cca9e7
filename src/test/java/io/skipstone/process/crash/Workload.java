package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** Several writers at once, each recording what it did and what came of it. */
public final class Workload implements AutoCloseable {
    private static final int WRITERS = 6;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Writer> writers;
    private final AtomicInteger acknowledged = new AtomicInteger();

    public Workload(long seed) {
        writers = IntStream.range(0, WRITERS)
                .mapToObj(number -> new Writer(seed, number))
                .toList();
    }

    /** A run of the writers that has begun. */
    public final class Run {
        private final List<CompletableFuture<Void>> running;
        private final NodeClient client;

        private final int acknowledgedBefore;

        private Run(List<CompletableFuture<Void>> running, NodeClient client, int acknowledgedBefore) {
            this.running = running;
            this.client = client;
            this.acknowledgedBefore = acknowledgedBefore;
        }

        /** Waits until so many of its writes were acknowledged, by all writers together. */
        public void awaitAcknowledged(int count) {
            Awaitility.await()
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(5))
                    .untilAsserted(() ->
                            assertThat(acknowledged.get() - acknowledgedBefore).isGreaterThanOrEqualTo(count));
        }

        /** Waits until every writer is done, or has lost the node. */
        public void await() throws InterruptedException, TimeoutException {
            try {
                CompletableFuture.allOf(running.toArray(CompletableFuture[]::new))
                        .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } catch (ExecutionException wrong) {
                throw new AssertionError("a writer found something wrong", wrong.getCause());
            } finally {
                client.close();
            }
        }
    }

    /** Every writer writes so much, unless the node is gone before. */
    public Run begin(String endpoint, int writesEach) {
        var client = client(endpoint);
        int before = acknowledged.get();
        return new Run(
                writers.stream()
                        .map(writer -> CompletableFuture.runAsync(
                                () -> writer.run(client, writesEach, acknowledged::incrementAndGet), threads))
                        .toList(),
                client,
                before);
    }

    /** Gives up history, so that there is something to collect; the answer is nobody's business here. */
    public static void compact(String endpoint, long revision) throws IOException {
        try (var client = client(endpoint)) {
            byte[] body = Json.write(Json.object().put("at", "rev:" + revision));
            Reply reply = client.exchange(Request.postJson("/v1/compact", body));
            assertThat(reply.status()).as(reply.body().toUtf8()).isEqualTo(200);
        }
    }

    /** After a restart: each writer finds what it was promised, and knows again where it stands. */
    public void settle(String endpoint) throws IOException {
        try (var client = client(endpoint)) {
            for (Writer writer : writers) {
                writer.settle(client);
            }
        }
    }

    /** Every write that was acknowledged so far; only while no run is under way. */
    List<Acknowledged> acknowledged() {
        return writers.stream()
                .flatMap(writer -> writer.acknowledged().stream())
                .toList();
    }

    private static NodeClient client(String endpoint) {
        return new NodeClient(URI.create(endpoint), Duration.ofSeconds(30));
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
