package io.skipstone.consensus;

import io.skipstone.snapshot.ArtifactSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;

/** As {@link TestGroup}, with stores on disk and logs that are purged soon, so that a member that was away needs an install. */
final class LmdbGroup implements AutoCloseable {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int VALUE_BYTES = 8 << 10;

    private final long keepEntries;
    private final TestGroup nodes;
    private final Map<String, LmdbHome> homes = new TreeMap<>();

    /**
     * @param source what each node gives to others, by its name
     */
    LmdbGroup(Path temp, int size, BiFunction<String, ArtifactSource, ArtifactSource> source) throws IOException {
        this(temp, size, source, 1);
    }

    /**
     * @param keepEntries of the log that are never purged
     */
    LmdbGroup(Path temp, int size, BiFunction<String, ArtifactSource, ArtifactSource> source, long keepEntries)
            throws IOException {
        this.keepEntries = keepEntries;
        nodes = TestGroup.of(temp, size, setup -> open(setup, source));
        nodes.awaitReady();
    }

    private TestNode.Setup open(TestNode.Setup setup, BiFunction<String, ArtifactSource, ArtifactSource> source) {
        String nodeId = setup.member().nodeId();
        try {
            homes.put(nodeId, LmdbHome.open(setup, artifacts -> source.apply(nodeId, artifacts)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return setup.log(new LogBounds(1_000_000, Long.MAX_VALUE, keepEntries, SEGMENT_BYTES));
    }

    TestGroup nodes() {
        return nodes;
    }

    LmdbHome home(String nodeId) {
        return homes.get(nodeId);
    }

    void stop(String nodeId) {
        nodes.stop(nodeId);
        homes.remove(nodeId).close();
    }

    /** Writes more than a few segments of log, and has all that run forget them. */
    void writeAndPurge(String prefix, int count) throws Exception {
        write(prefix, count);
        for (TestNode node : nodes.nodes()) {
            purge(node);
        }
    }

    /** Eight of them fill a segment of the log. */
    void write(String prefix, int count) throws Exception {
        for (int i = 0; i < count; i++) {
            nodes.awaitLeader().put(prefix + i, "x".repeat(VALUE_BYTES) + i).get(30, TimeUnit.SECONDS);
        }
    }

    void purge(TestNode node) throws Exception {
        node.raft().pin().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        nodes.close();
        homes.values().forEach(LmdbHome::close);
    }
}
