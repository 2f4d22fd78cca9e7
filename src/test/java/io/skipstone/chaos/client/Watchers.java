package io.skipstone.chaos.client;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.chaos.history.Commit;
import io.skipstone.chaos.history.Seen;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.WatchFeed;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Clients that watch every key from the first revision on, and go from node to node. */
public final class Watchers implements AutoCloseable {
    private static final int COUNT = 4;
    private static final int CHANGES_PER_NODE = 100;
    private static final Duration SILENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(2);
    private static final String PATH = "/v1/watch?from=rev:1&progressMillis=1000";

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<List<Commit>> told = new ArrayList<>();
    private final List<CompletableFuture<Void>> running = new ArrayList<>();
    private final List<NodeClient> clients = new ArrayList<>();

    /** Begins at once, each at another one of the nodes. */
    public Watchers(List<Endpoint> nodes) {
        for (int number = 0; number < COUNT; number++) {
            List<URI> uris = new ArrayList<>(nodes.stream()
                    .map(node -> URI.create("http://127.0.0.1:" + node.port()))
                    .toList());
            Collections.rotate(uris, number);
            var client = new NodeClient(uris, SILENCE);
            clients.add(client);
            List<Commit> commits = Collections.synchronizedList(new ArrayList<>());
            told.add(commits);
            running.add(CompletableFuture.runAsync(() -> watch(client, commits), threads));
        }
    }

    private static void watch(NodeClient client, List<Commit> commits) {
        var feed = new WatchFeed(client, PATH, Connection.backoff(PATIENCE));
        while (!Thread.currentThread().isInterrupted()) {
            feed.read(change -> {
                commits.add(commit(change));
                return commits.size() % CHANGES_PER_NODE != 0;
            });
            client.moveOn();
        }
    }

    private static Commit commit(JsonNode change) {
        var writes = new HashMap<String, List<Seen>>();
        for (JsonNode event : change.path("events")) {
            writes.put(
                    event.path("key").asText(),
                    event.path("type").asText().equals("delete")
                            ? List.of()
                            : List.of(new Seen(
                                    event.path("value").asText(),
                                    event.path("version").asLong(),
                                    event.path("modRevision").asLong())));
        }
        return new Commit(
                change.path("revision").asLong(),
                Long.parseLong(change.path("commitTs").asText()),
                Map.copyOf(writes));
    }

    /** Waits until each has been told of this revision, or has given up; returns what each was told, and ends them. */
    public List<List<Commit>> end(long revision) {
        try {
            await("all watchers are told of revision " + revision)
                    .atMost(CAUGHT_UP_WITHIN)
                    .until(() -> told.stream().allMatch(commits -> newest(commits) >= revision)
                            || running.stream().anyMatch(CompletableFuture::isCompletedExceptionally));
            // One that gave up says why.
            running.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
            return told.stream().map(List::copyOf).toList();
        } finally {
            close();
        }
    }

    private static long newest(List<Commit> commits) {
        return commits.isEmpty() ? 0 : commits.getLast().revision();
    }

    @Override
    public void close() {
        threads.shutdownNow();
        clients.forEach(NodeClient::close);
    }
}
