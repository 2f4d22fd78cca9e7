package io.skipstone.node;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.skipstone.command.Command;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation;
import io.skipstone.model.Bytes;
import io.skipstone.model.ColdStart;
import io.skipstone.model.Key;
import io.skipstone.model.NodeStatus;
import io.skipstone.process.Ports;
import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** All rooms of a node over a directory, in this process and without its doors. */
final class TestServer implements AutoCloseable {
    private static final int MAP_MIB = 256;

    private final RunningNode node;
    private final StartTracker tracker;

    private TestServer(Path dir) throws IOException {
        Settings settings = Settings.read(
                Map.of(
                        "skipstone.data-dir", dir.toString(),
                        "skipstone.peer.port", Integer.toString(Ports.free().peer()),
                        "skipstone.store.map-mib", Integer.toString(MAP_MIB),
                        "skipstone.store.max-map-mib", Integer.toString(MAP_MIB)),
                Map.of());
        tracker = new StartTracker();
        node = RunningNode.start(settings, new Metrics(new SimpleMeterRegistry()), TestServer::halt, tracker);
    }

    private static void halt(int exitCode, String reason, Throwable cause) {
        throw new AssertionError("halt " + exitCode + ": " + reason, cause);
    }

    /** Starts a node and waits until it is ready. */
    static TestServer start(Path dir) throws IOException {
        var server = new TestServer(dir);
        await().atMost(Duration.ofSeconds(30)).until(() -> server.status().isReady());
        return server;
    }

    NodeStatus status() {
        return node.status();
    }

    ColdStart coldStart() {
        return node.status().coldStart();
    }

    TestServer put(String key, int bytes) throws Exception {
        var put = Command.Txn.of(new Operation.Put(Key.utf8(key), Bytes.wrap(new byte[bytes]), 0));
        node.proposer().propose(put, Once.EACH_TIME).toCompletableFuture().get(30, SECONDS);
        return this;
    }

    TestServer putMany(String prefix, int count, int bytes) throws Exception {
        for (int i = 0; i < count; i++) {
            put(prefix + i, bytes);
        }
        return this;
    }

    void pin() throws Exception {
        node.admin().pin().toCompletableFuture().get(30, SECONDS);
    }

    @Override
    public void close() {
        node.stop();
    }

    /** Which group a stopped node's directory belongs to. */
    static UUID groupOf(Path dir) {
        return io.skipstone.store.DataDirectory.identityOf(dir)
                .orElseThrow()
                .origin()
                .orElseThrow()
                .groupId();
    }

    static Path logOf(Path dir) {
        return dir.resolve("raft").resolve(groupOf(dir).toString()).resolve("current");
    }

    /** Saves an artifact of a stopped node's store. */
    static void saveArtifact(Path generation, Path file) throws Exception {
        Path scratch = Files.createTempDirectory("artifact-of-the-test");
        var config = StoreConfig.of(generation, scratch.resolve("native"));
        Files.createDirectories(file.getParent());
        var settings = new ArtifactMaker.Settings(scratch.resolve("artifact"), "n1", "test", 0);
        try (var store = LmdbStore.open(config);
                var maker = new ArtifactMaker(store, settings, System::currentTimeMillis);
                var lease = maker.request(Duration.ZERO).toCompletableFuture().get(30, SECONDS);
                OutputStream stream = Files.newOutputStream(file);
                WritableByteChannel out = Channels.newChannel(stream)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            for (long at = 0; lease.artifact().read(at, buffer.clear()) > 0; ) {
                at += out.write(buffer.flip());
            }
        }
    }

    static void copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (var walk = Files.walk(from)) {
            files = walk.toList();
        }
        for (Path file : files) {
            Path copy = to.resolve(from.relativize(file).toString());
            if (Files.isDirectory(file)) {
                Files.createDirectories(copy);
            } else {
                Files.copy(file, copy);
            }
        }
    }
}
