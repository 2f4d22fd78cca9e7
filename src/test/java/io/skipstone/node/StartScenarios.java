package io.skipstone.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Comparator;

/** Directories of real nodes, made once and copied for each scenario, and what may happen to them while the node is down. */
final class StartScenarios {
    static final int SMALL = 100;
    private static final int BIG = 1_000_000;

    private final Path bases;

    private StartScenarios(Path bases) {
        this.bases = bases;
    }

    /** Directories that were made once; each scenario gets a copy. */
    enum Base {
        /** 20 writes, stopped; the log is whole, in one open segment. */
        WHOLE,
        /** More than a segment of writes, pinned and stopped: the log's first segments are gone. */
        PURGED,
        /** More than a segment of writes, then the plug: a closed and an open segment. */
        CRASHED
    }

    /** Changes the files of a stopped node. */
    interface Damage {
        void to(Path dir) throws Exception;
    }

    static StartScenarios make(Path bases) throws Exception {
        Path whole = bases.resolve("WHOLE");
        try (var server = TestServer.start(whole)) {
            server.putMany("k", 10, SMALL);
            TestServer.copy(store(whole), bases.resolve("early-store"));
            TestServer.copy(whole.resolve("raft"), bases.resolve("early-raft"));
            server.putMany("l", 10, SMALL);
        }
        TestServer.saveArtifact(bases.resolve("early-store"), bases.resolve("half.skip"));
        TestServer.saveArtifact(store(whole), bases.resolve("WHOLE.skip"));
        Path purged = bases.resolve("PURGED");
        try (var server = TestServer.start(purged)) {
            TestServer.copy(store(purged), bases.resolve("first-store"));
            server.putMany("k", 10, BIG).putMany("l", 10, SMALL);
            TestServer.copy(purged, bases.resolve("CRASHED"));
            server.pin();
            server.putMany("m", 3, SMALL);
        }
        TestServer.saveArtifact(store(purged), bases.resolve("PURGED.skip"));
        return new StartScenarios(bases);
    }

    /** How many writes a node had acknowledged. */
    static long revision(Base base) {
        return base == Base.PURGED ? 23 : 20;
    }

    Path copyOf(Base base) throws IOException {
        Path dir = Files.createTempDirectory(bases, "node").resolve("data");
        TestServer.copy(bases.resolve(base.name()), dir);
        Files.createDirectories(dir.resolve("artifact"));
        return dir;
    }

    /** Puts back the log that was there half-way. */
    void rewindLog(Path dir) throws IOException {
        delete(TestServer.logOf(dir));
        TestServer.copy(
                bases.resolve("early-raft")
                        .resolve(TestServer.groupOf(dir).toString())
                        .resolve("current"),
                TestServer.logOf(dir));
    }

    void putArtifact(Path dir, String name) throws IOException {
        Files.copy(bases.resolve(name), artifact(dir));
    }

    void replaceStore(Path dir, String by) throws IOException {
        delete(store(dir));
        TestServer.copy(bases.resolve(by), store(dir));
    }

    static Path store(Path dir) {
        return dir.resolve("store/gen-1");
    }

    static Path data(Path dir) {
        return store(dir).resolve("data.mdb");
    }

    static Path artifact(Path dir) {
        return dir.resolve("artifact/a.skip");
    }

    static Path openSegment(Path dir) throws IOException {
        return segment(dir, "log_inprogress_");
    }

    static Path closedSegment(Path dir) throws IOException {
        return segment(dir, "log_0-");
    }

    private static Path segment(Path dir, String prefix) throws IOException {
        try (var files = Files.list(TestServer.logOf(dir))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    static void flip(Path file, int offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[offset] ^= 4;
        Files.write(file, bytes);
    }

    /** A record of 2,000 bytes of which only the first sectors arrived, behind the last one. */
    static void appendTornRecord(Path dir) throws IOException {
        byte[] record = new byte[3_000];
        record[0] = (byte) 0xd0;
        record[1] = 15;
        Arrays.fill(record, 2, 300, (byte) 7);
        try (FileChannel file = FileChannel.open(openSegment(dir), StandardOpenOption.APPEND)) {
            file.write(ByteBuffer.wrap(record));
        }
    }

    static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
