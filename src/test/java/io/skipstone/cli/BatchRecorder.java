package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The other end of the wire in tests of the command line: takes batches, remembers idempotency keys, and refuses what it is told to. What a
 * real node makes of requests is tested with real nodes.
 */
public final class BatchRecorder implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, String> values = new TreeMap<>();
    private final Set<String> idempotencyKeys = new HashSet<>();
    private final List<List<String>> batches = new ArrayList<>();
    private int requests;
    private Function<List<String>, Optional<Refusal>> refuse = keys -> Optional.empty();

    /** An answer that is none, given before or after the batch took effect. */
    public record Refusal(int status, boolean afterEffect) {}

    public BatchRecorder() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/batch", this::batch);
        server.setExecutor(threads);
        server.start();
    }

    public String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Asked for each request with the keys of its batch. */
    public synchronized void refuse(Function<List<String>, Optional<Refusal>> decision) {
        refuse = decision;
    }

    public synchronized Map<String, String> values() {
        return new TreeMap<>(values);
    }

    /** Keys of the batches that took effect. */
    public synchronized List<List<String>> batches() {
        return List.copyOf(batches);
    }

    public synchronized int requests() {
        return requests;
    }

    private synchronized void batch(HttpExchange exchange) {
        try (exchange) {
            requests++;
            JsonNode operations =
                    Json.parse(exchange.getRequestBody().readAllBytes()).path("operations");
            List<String> keys = operations.findValuesAsText("key");
            Optional<Refusal> refusal = refuse.apply(keys);
            if (refusal.isEmpty() || refusal.get().afterEffect()) {
                takeEffect(exchange.getRequestHeaders().getFirst("Idempotency-Key"), keys, operations);
            }
            answer(exchange, refusal.map(Refusal::status).orElse(200));
        } catch (IOException lost) {
            throw new UncheckedIOException(lost);
        }
    }

    private void takeEffect(String idempotencyKey, List<String> keys, JsonNode operations) {
        if (idempotencyKeys.add(idempotencyKey)) {
            batches.add(keys);
            operations.forEach(operation -> values.put(
                    operation.path("put").path("key").asText(),
                    operation.path("put").path("value").asText()));
        }
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        String body = status == 200
                ? "{\"revision\":1,\"commitTs\":\"1\",\"results\":[]}"
                : "{\"code\":\"told_to\",\"detail\":\"told to refuse\",\"retryable\":false}";
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
