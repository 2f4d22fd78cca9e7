package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.WatchFeed;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watchers that go from node to node, while nodes are killed and stopped, are told what the stores hold: all of it, in order, once. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class WatchThroughFaultsIT {
    private static final int WATCHERS = 6;

    /** Each watcher goes to the next node after so many changes. */
    private static final int CHANGES_PER_NODE = 150;

    private static final int WRITES_PER_FAULT = 300;
    private static final Duration SOON = Duration.ofMinutes(2);
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String END = "watched/end";

    @TempDir
    private Path dir;

    /** One change, as a watcher or a store tells it. */
    private record Seen(long revision, String key, String value) {}

    @Test
    void watchersThatChangeNodesMissNothingAndAreToldNothingTwice() throws Exception {
        // Few entries between pins, so that a node that comes back may need the store of another one.
        try (var group = ServerGroup.start(dir, Map.of("SKIPSTONE_SNAPSHOT_EVERY_ENTRIES", "200"));
                var http = HttpClient.newHttpClient();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Seen>>> watchers = new ArrayList<>();
            for (int number = 0; number < WATCHERS; number++) {
                List<URI> nodes = new ArrayList<>(group.servers().stream()
                        .map(server -> URI.create(server.endpoint()))
                        .toList());
                Collections.rotate(nodes, number);
                watchers.add(threads.submit(() -> watch(nodes)));
            }
            var writes = new NumberedWrites(http, "watched", group.servers());

            killAndRestartTheLeader(group, writes);
            stopAndRestartTheLeader(group, writes);
            killAndRestartTheLeader(group, writes);
            Map<String, String> acknowledged = writes.end();

            new Skipstone(group.server(0)).run("put", END, "end");
            // Another node may have taken the put; this one applies it a moment later.
            List<Seen> held = await().atMost(SOON).until(() -> held(group.server(0)), all -> all.getLast()
                    .key()
                    .equals(END));
            assertThat(held).hasSizeGreaterThan(3 * WRITES_PER_FAULT);
            assertThat(held).extracting(Seen::key).containsAll(acknowledged.keySet());
            for (Future<List<Seen>> watcher : watchers) {
                assertThat(watcher.get(SOON.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo(held);
            }
            for (ServerProcess server : group.servers()) {
                await().atMost(SOON)
                        .untilAsserted(() -> assertThat(held(server)).isEqualTo(held));
            }
            System.out.printf(
                    "%d watchers were told %d changes each, over %d nodes at least%n",
                    WATCHERS, held.size(), held.size() / CHANGES_PER_NODE);
        }
    }

    private static void killAndRestartTheLeader(ServerGroup group, NumberedWrites writes) throws IOException {
        awaitMore(writes);
        ServerProcess leader = group.awaitLeader();
        leader.kill();
        awaitMore(writes);
        leader.restart();
    }

    private static void stopAndRestartTheLeader(ServerGroup group, NumberedWrites writes) throws IOException {
        awaitMore(writes);
        ServerProcess leader = group.awaitLeader();
        leader.stop();
        awaitMore(writes);
        leader.restart();
    }

    private static void awaitMore(NumberedWrites writes) {
        int before = writes.count();
        await().atMost(SOON).until(() -> writes.count() >= before + WRITES_PER_FAULT);
    }

    private static List<Seen> watch(List<URI> nodes) {
        var told = new ArrayList<Seen>();
        try (var client = new NodeClient(nodes, Duration.ofSeconds(15))) {
            var feed = new WatchFeed(
                    client, "/v1/watch?prefix=watched%2F&from=rev:1&progressMillis=1000", Connection.backoff(PATIENCE));
            while (told.isEmpty() || !told.getLast().key().equals(END)) {
                feed.read(change -> {
                    change.path("events")
                            .forEach(event -> told.add(new Seen(
                                    change.path("revision").asLong(),
                                    event.path("key").asText(),
                                    event.path("value").asText())));
                    return told.size() % CHANGES_PER_NODE != 0
                            && !told.getLast().key().equals(END);
                });
                client.moveOn();
            }
        }
        return told;
    }

    /** What the store of this node holds, in the order of revisions: each key is written once. */
    private static List<Seen> held(ServerProcess server) throws IOException {
        var held = new ArrayList<Seen>();
        String rows = new Skipstone(server).run("scan", "--prefix", "watched/", "--json", "--read", "local");
        for (String row : rows.lines().toList()) {
            JsonNode item = Json.parse(row.getBytes(StandardCharsets.UTF_8));
            held.add(new Seen(
                    item.path("modRevision").asLong(),
                    item.path("key").asText(),
                    item.path("value").asText()));
        }
        held.sort(Comparator.comparingLong(Seen::revision));
        return held;
    }
}
