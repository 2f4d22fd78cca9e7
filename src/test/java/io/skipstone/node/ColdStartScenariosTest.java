package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skipstone.model.ColdStart.Outcome;
import io.skipstone.model.ExitCode;
import io.skipstone.store.DirectoryImage;
import io.skipstone.store.StoreDamage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every reason of the gate, from the files of a real node with a real Ratis log: a directory is damaged, and started. The table in
 * docs/operations.md says the same in words.
 */
class ColdStartScenariosTest {
    private static final int SMALL = 100;
    private static final int BIG = 1_000_000;

    @TempDir
    static Path bases;

    @TempDir
    Path scratch;

    /** Directories that were made once; each scenario gets a copy. */
    private enum Base {
        /** 20 writes, stopped; the log is whole, in one open segment. */
        WHOLE,
        /** More than a segment of writes, pinned and stopped: the log's first segments are gone. */
        PURGED,
        /** More than a segment of writes, then the plug: a closed and an open segment. */
        CRASHED
    }

    private interface Damage {
        void to(Path dir) throws Exception;
    }

    private sealed interface Expectation {
        /** Ready, with every write; and the next start is clean. */
        record Starts(Outcome outcome, String reason) implements Expectation {}

        /** One line, an exit code, and nothing changed. */
        record Refused(String reason, ExitCode exitCode) implements Expectation {}
    }

    private record Scenario(String name, Base base, Damage damage, Expectation expectation) {}

    private static Expectation starts(Outcome outcome, String reason) {
        return new Expectation.Starts(outcome, reason);
    }

    private static Expectation refused(String reason, ExitCode exitCode) {
        return new Expectation.Refused(reason, exitCode);
    }

    @BeforeAll
    static void makeDirectories() throws Exception {
        Path whole = bases.resolve("WHOLE");
        try (var server = TestServer.start(whole)) {
            server.putMany("k", 10, SMALL);
            TestServer.copy(whole.resolve("store/gen-1"), bases.resolve("early-store"));
            TestServer.copy(whole.resolve("raft"), bases.resolve("early-raft"));
            server.putMany("l", 10, SMALL);
        }
        TestServer.saveArtifact(bases.resolve("early-store"), bases.resolve("half.skip"));
        TestServer.saveArtifact(store(whole), bases.resolve("WHOLE.skip"));
        Path crashed = bases.resolve("CRASHED");
        Path purged = bases.resolve("PURGED");
        try (var server = TestServer.start(purged)) {
            TestServer.copy(purged.resolve("store/gen-1"), bases.resolve("first-store"));
            server.putMany("k", 10, BIG).putMany("l", 10, SMALL);
            TestServer.copy(purged, crashed);
            server.pin();
            server.putMany("m", 3, SMALL);
        }
        TestServer.saveArtifact(store(purged), bases.resolve("PURGED.skip"));
    }

    private static List<Scenario> scenarios() {
        return List.of(
                new Scenario("nothing wrong", Base.WHOLE, dir -> {}, starts(Outcome.SKIPPED, "none")),
                new Scenario("nothing wrong, purged", Base.PURGED, dir -> {}, starts(Outcome.SKIPPED, "none")),
                new Scenario("the plug pulled", Base.CRASHED, dir -> {}, starts(Outcome.SKIPPED, "none")),
                // The store, with a log that is whole.
                new Scenario(
                        "store gone", Base.WHOLE, dir -> delete(store(dir)), starts(Outcome.RESTORED, "meta_missing")),
                new Scenario(
                        "meta missing",
                        Base.WHOLE,
                        dir -> StoreDamage.loseMeta(store(dir)),
                        starts(Outcome.RESTORED, "meta_missing")),
                new Scenario(
                        "record short",
                        Base.WHOLE,
                        dir -> StoreDamage.cutMeta(store(dir)),
                        starts(Outcome.RESTORED, "meta_corrupt")),
                new Scenario(
                        "checksum wrong",
                        Base.WHOLE,
                        dir -> StoreDamage.flipBitInMeta(store(dir)),
                        starts(Outcome.RESTORED, "meta_corrupt")),
                new Scenario(
                        "environment unopenable",
                        Base.CRASHED,
                        dir -> Files.write(data(dir), new byte[100_000]),
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "format of the future",
                        Base.WHOLE,
                        dir -> StoreDamage.writeLaterFormat(store(dir)),
                        starts(Outcome.RESTORED, "format_unknown")),
                // The store, with a log that cannot make good for it.
                new Scenario(
                        "store gone, log purged",
                        Base.PURGED,
                        dir -> delete(store(dir)),
                        refused("meta_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "meta missing, log purged",
                        Base.PURGED,
                        dir -> StoreDamage.loseMeta(store(dir)),
                        refused("meta_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "environment unopenable, log purged",
                        Base.PURGED,
                        dir -> Files.write(data(dir), new byte[100_000]),
                        refused("env_corrupt", ExitCode.DAMAGED)),
                new Scenario(
                        "format of the future, log purged",
                        Base.PURGED,
                        dir -> StoreDamage.writeLaterFormat(store(dir)),
                        refused("format_unknown", ExitCode.FORMAT)),
                new Scenario(
                        "store behind the log",
                        Base.PURGED,
                        dir -> replace(store(dir), "first-store"),
                        refused("behind_log", ExitCode.DAMAGED)),
                // The log.
                new Scenario(
                        "store ahead of an open segment",
                        Base.WHOLE,
                        dir -> {
                            delete(TestServer.logOf(dir));
                            TestServer.copy(
                                    bases.resolve("early-raft")
                                            .resolve(TestServer.groupOf(dir).toString())
                                            .resolve("current"),
                                    TestServer.logOf(dir));
                        },
                        starts(Outcome.SKIPPED, "ahead_of_log")),
                new Scenario(
                        "store ahead of a closed segment",
                        Base.CRASHED,
                        dir -> Files.delete(openSegment(dir)),
                        starts(Outcome.SKIPPED, "ahead_of_log")),
                new Scenario(
                        "all segments gone",
                        Base.WHOLE,
                        dir -> Files.delete(openSegment(dir)),
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "raft-meta gone",
                        Base.WHOLE,
                        dir -> Files.delete(TestServer.logOf(dir).resolve("raft-meta")),
                        refused("vote_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "a leftover of raft-meta",
                        Base.WHOLE,
                        dir -> Files.createFile(TestServer.logOf(dir).resolve("raft-meta.tmp")),
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "raft/ gone",
                        Base.WHOLE,
                        dir -> delete(dir.resolve("raft")),
                        refused("ahead_of_log", ExitCode.DAMAGED)),
                new Scenario(
                        "store and all entries gone",
                        Base.WHOLE,
                        dir -> {
                            delete(store(dir));
                            Files.delete(openSegment(dir));
                        },
                        refused("meta_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "a torn write behind the store",
                        Base.WHOLE,
                        dir -> appendTornRecord(openSegment(dir)),
                        starts(Outcome.SKIPPED, "log_torn")),
                new Scenario(
                        "a torn write, and no store",
                        Base.WHOLE,
                        dir -> {
                            appendTornRecord(openSegment(dir));
                            delete(store(dir));
                        },
                        starts(Outcome.RESTORED, "log_torn")),
                new Scenario(
                        "a flipped bit that the store makes good for",
                        Base.CRASHED,
                        dir -> flip(openSegment(dir), 300),
                        starts(Outcome.SKIPPED, "log_damaged")),
                new Scenario(
                        "a flipped bit in a closed segment that the store makes good for",
                        Base.CRASHED,
                        dir -> flip(closedSegment(dir), 5_000),
                        starts(Outcome.SKIPPED, "log_damaged")),
                new Scenario(
                        "a flipped bit, and an older store",
                        Base.CRASHED,
                        dir -> {
                            flip(openSegment(dir), 300);
                            replace(store(dir), "first-store");
                        },
                        refused("log_damaged", ExitCode.DAMAGED)),
                new Scenario(
                        "a closed segment missing, and an older store",
                        Base.CRASHED,
                        dir -> {
                            Files.delete(closedSegment(dir));
                            replace(store(dir), "first-store");
                        },
                        refused("behind_log", ExitCode.DAMAGED)),
                // Generations.
                new Scenario(
                        "a pending install that knows more",
                        Base.WHOLE,
                        dir -> {
                            Files.move(store(dir), dir.resolve("store/gen-2"));
                            TestServer.copy(bases.resolve("early-store"), store(dir));
                        },
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "a pending install that is damaged",
                        Base.WHOLE,
                        dir -> {
                            Files.createDirectories(dir.resolve("store/gen-2"));
                            Files.write(dir.resolve("store/gen-2/data.mdb"), new byte[100_000]);
                        },
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "a half-written generation",
                        Base.WHOLE,
                        dir -> {
                            Files.createDirectories(dir.resolve("store/gen-2.tmp"));
                            Files.write(dir.resolve("store/gen-2.tmp/data.mdb"), new byte[100_000]);
                        },
                        starts(Outcome.SKIPPED, "none")),
                // Artifacts.
                new Scenario(
                        "a bad artifact beside a good store",
                        Base.WHOLE,
                        dir -> Files.write(artifact(dir), new byte[10]),
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "a good artifact for a bad store",
                        Base.PURGED,
                        dir -> {
                            Files.write(data(dir), new byte[100_000]);
                            Files.copy(bases.resolve("PURGED.skip"), artifact(dir));
                        },
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "a good artifact for a store behind the log",
                        Base.PURGED,
                        dir -> {
                            replace(store(dir), "first-store");
                            Files.copy(bases.resolve("PURGED.skip"), artifact(dir));
                        },
                        starts(Outcome.RESTORED, "behind_log")),
                new Scenario(
                        "an older artifact, and the log for the rest",
                        Base.WHOLE,
                        dir -> {
                            Files.write(data(dir), new byte[100_000]);
                            Files.copy(bases.resolve("half.skip"), artifact(dir));
                        },
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "a damaged artifact, and the whole log",
                        Base.WHOLE,
                        dir -> {
                            Files.write(data(dir), new byte[100_000]);
                            Files.copy(bases.resolve("WHOLE.skip"), artifact(dir));
                            flip(artifact(dir), 3_000);
                        },
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "a damaged artifact, and a purged log",
                        Base.PURGED,
                        dir -> {
                            Files.write(data(dir), new byte[100_000]);
                            Files.copy(bases.resolve("PURGED.skip"), artifact(dir));
                            flip(artifact(dir), 3_000_000);
                        },
                        refused("env_corrupt", ExitCode.DAMAGED)),
                new Scenario(
                        "the artifact of another group, and a purged log",
                        Base.PURGED,
                        dir -> {
                            Files.write(data(dir), new byte[100_000]);
                            Files.copy(bases.resolve("WHOLE.skip"), artifact(dir));
                        },
                        refused("env_corrupt", ExitCode.DAMAGED)),
                // Owners.
                new Scenario(
                        "the store of another group",
                        Base.PURGED,
                        dir -> replace(store(dir), "early-store"),
                        refused("wrong_owner", ExitCode.WRONG_OWNER)));
    }

    @TestFactory
    Stream<DynamicTest> comesUpRightOrNotAtAll() {
        String only = System.getProperty("skipstone.seed", "");
        return scenarios().stream()
                .filter(scenario -> scenario.name().contains(only))
                .map(scenario -> DynamicTest.dynamicTest(scenario.name(), () -> run(scenario)));
    }

    private void run(Scenario scenario) throws Exception {
        Path dir = Files.createTempDirectory(scratch, "node").resolve("data");
        TestServer.copy(bases.resolve(scenario.base().name()), dir);
        Files.createDirectories(dir.resolve("artifact"));
        scenario.damage().to(dir);
        switch (scenario.expectation()) {
            case Expectation.Starts(var outcome, var reason) -> startsWithEveryWrite(scenario, dir, outcome, reason);
            case Expectation.Refused(var reason, var exitCode) -> isRefusedUntouched(dir, reason, exitCode);
        }
    }

    private static void startsWithEveryWrite(Scenario scenario, Path dir, Outcome outcome, String reason)
            throws Exception {
        long revision = scenario.base() == Base.PURGED ? 23 : 20;
        try (var server = TestServer.start(dir)) {
            assertThat(server.coldStart().outcome()).isEqualTo(outcome);
            assertThat(server.coldStart().reason()).isEqualTo(reason);
            assertThat(server.status().revision()).isEqualTo(revision);
            server.put("after", SMALL);
        }
        try (var again = TestServer.start(dir)) {
            assertThat(again.coldStart().outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(again.coldStart().reason()).isEqualTo("none");
            assertThat(again.status().revision()).isEqualTo(revision + 1);
        }
    }

    private static void isRefusedUntouched(Path dir, String reason, ExitCode exitCode) throws IOException {
        Map<String, String> before = image(dir);

        var refusal = catchThrowableOfType(StartupException.class, () -> TestServer.start(dir));

        assertThat(refusal).isNotNull();
        assertThat(refusal.getMessage()).contains("reason " + reason + ":").doesNotContain("\n");
        assertThat(refusal.exitCode()).isEqualTo(exitCode);
        assertThat(image(dir)).isEqualTo(before);
    }

    /** All but what every process touches that looks: locks, and unpacked native libraries. */
    private static Map<String, String> image(Path dir) throws IOException {
        var files = new TreeMap<>(DirectoryImage.of(dir).files());
        files.keySet()
                .removeIf(name -> name.endsWith("LOCK") || name.endsWith("lock.mdb") || name.startsWith("native"));
        return files;
    }

    private static Path store(Path dir) {
        return dir.resolve("store/gen-1");
    }

    private static Path data(Path dir) {
        return store(dir).resolve("data.mdb");
    }

    private static Path artifact(Path dir) {
        return dir.resolve("artifact/a.skip");
    }

    private static Path openSegment(Path dir) throws IOException {
        return segment(dir, "log_inprogress_");
    }

    private static Path closedSegment(Path dir) throws IOException {
        return segment(dir, "log_0-");
    }

    private static Path segment(Path dir, String prefix) throws IOException {
        try (var files = Files.list(TestServer.logOf(dir))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static void replace(Path store, String by) throws IOException {
        delete(store);
        TestServer.copy(bases.resolve(by), store);
    }

    private static void flip(Path file, long offset) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) offset] ^= 4;
        Files.write(file, bytes);
    }

    /** A record of 2,000 bytes of which only the first sectors arrived. */
    private static void appendTornRecord(Path segment) throws IOException {
        byte[] record = new byte[3_000];
        record[0] = (byte) 0xd0;
        record[1] = 15;
        java.util.Arrays.fill(record, 2, 300, (byte) 7);
        try (FileChannel file = FileChannel.open(segment, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            file.write(java.nio.ByteBuffer.wrap(record));
        }
    }

    private static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
