package io.skipstone.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** A client at each server, which writes one new key after the other and remembers which were acknowledged. */
final class NumberedWrites {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final String prefix;
    private final HttpClient http;
    private final ConcurrentMap<String, String> acknowledged = new ConcurrentHashMap<>();
    private final ExecutorService threads;
    private volatile boolean enough;

    /**
     * @param prefix of the keys; nobody else writes below it
     */
    NumberedWrites(HttpClient http, String prefix, List<ServerProcess> servers) {
        this.http = http;
        this.prefix = prefix;
        threads = Executors.newFixedThreadPool(servers.size());
        for (int number = 0; number < servers.size(); number++) {
            String key = prefix + "/" + number + "/";
            ServerProcess server = servers.get(number);
            threads.execute(() -> write(server, key));
        }
    }

    private void write(ServerProcess server, String key) {
        for (int number = 0; !enough; number++) {
            try {
                if (put(server, key + number, "value " + number)) {
                    acknowledged.put(key + number, "value " + number);
                }
            } catch (IOException gone) {
                // The server has failed: a client goes on asking, and this number stays unwritten.
                Thread.onSpinWait();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private boolean put(ServerProcess server, String key, String value) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(server.endpoint() + "/v1/kv/" + key))
                .timeout(TIMEOUT)
                .PUT(BodyPublishers.ofString(value))
                .build();
        return http.send(request, BodyHandlers.discarding()).statusCode() == 200;
    }

    String prefix() {
        return prefix;
    }

    int count() {
        return acknowledged.size();
    }

    /** Ends the writing and returns what was acknowledged. */
    Map<String, String> end() throws InterruptedException {
        enough = true;
        threads.shutdown();
        if (!threads.awaitTermination(2 * TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("a client hangs");
        }
        return Map.copyOf(acknowledged);
    }
}
