package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skipstone.model.ColdStart.Outcome;
import io.skipstone.model.ExitCode;
import io.skipstone.node.StartScenarios.Base;
import io.skipstone.node.StartScenarios.Damage;
import io.skipstone.store.DirectoryImage;
import io.skipstone.store.StoreDamage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    @TempDir
    static Path scratch;

    private static StartScenarios bases;

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
        bases = StartScenarios.make(scratch);
    }

    private static List<Scenario> scenarios() {
        return List.of(
                new Scenario("nothing wrong", Base.WHOLE, dir -> {}, starts(Outcome.SKIPPED, "none")),
                new Scenario("nothing wrong, purged", Base.PURGED, dir -> {}, starts(Outcome.SKIPPED, "none")),
                new Scenario("the plug pulled", Base.CRASHED, dir -> {}, starts(Outcome.SKIPPED, "none")),
                // The store, with a log that is whole.
                new Scenario(
                        "store gone",
                        Base.WHOLE,
                        dir -> StartScenarios.delete(StartScenarios.store(dir)),
                        starts(Outcome.RESTORED, "meta_missing")),
                new Scenario(
                        "meta missing",
                        Base.WHOLE,
                        dir -> StoreDamage.loseMeta(StartScenarios.store(dir)),
                        starts(Outcome.RESTORED, "meta_missing")),
                new Scenario(
                        "record short",
                        Base.WHOLE,
                        dir -> StoreDamage.cutMeta(StartScenarios.store(dir)),
                        starts(Outcome.RESTORED, "meta_corrupt")),
                new Scenario(
                        "checksum wrong",
                        Base.WHOLE,
                        dir -> StoreDamage.flipBitInMeta(StartScenarios.store(dir)),
                        starts(Outcome.RESTORED, "meta_corrupt")),
                new Scenario(
                        "environment unopenable",
                        Base.CRASHED,
                        dir -> Files.write(StartScenarios.data(dir), new byte[100_000]),
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "format of the future",
                        Base.WHOLE,
                        dir -> StoreDamage.writeLaterFormat(StartScenarios.store(dir)),
                        starts(Outcome.RESTORED, "format_unknown")),
                // The store, with a log that cannot make good for it.
                new Scenario(
                        "store gone, log purged",
                        Base.PURGED,
                        dir -> StartScenarios.delete(StartScenarios.store(dir)),
                        refused("meta_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "meta missing, log purged",
                        Base.PURGED,
                        dir -> StoreDamage.loseMeta(StartScenarios.store(dir)),
                        refused("meta_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "environment unopenable, log purged",
                        Base.PURGED,
                        dir -> Files.write(StartScenarios.data(dir), new byte[100_000]),
                        refused("env_corrupt", ExitCode.DAMAGED)),
                new Scenario(
                        "format of the future, log purged",
                        Base.PURGED,
                        dir -> StoreDamage.writeLaterFormat(StartScenarios.store(dir)),
                        refused("format_unknown", ExitCode.FORMAT)),
                new Scenario(
                        "store behind the log",
                        Base.PURGED,
                        dir -> bases.replaceStore(dir, "first-store"),
                        refused("behind_log", ExitCode.DAMAGED)),
                // The log.
                new Scenario(
                        "store ahead of an open segment",
                        Base.WHOLE,
                        dir -> bases.rewindLog(dir),
                        starts(Outcome.SKIPPED, "ahead_of_log")),
                new Scenario(
                        "store ahead of a closed segment",
                        Base.CRASHED,
                        dir -> Files.delete(StartScenarios.openSegment(dir)),
                        starts(Outcome.SKIPPED, "ahead_of_log")),
                new Scenario(
                        "all segments gone",
                        Base.WHOLE,
                        dir -> Files.delete(StartScenarios.openSegment(dir)),
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "raft-meta gone",
                        Base.WHOLE,
                        dir -> Files.delete(TestServer.logOf(dir).resolve("raft-meta")),
                        refused("vote_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "raft-meta empty",
                        Base.WHOLE,
                        dir -> Files.writeString(TestServer.logOf(dir).resolve("raft-meta"), ""),
                        refused("vote_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "a leftover of raft-meta",
                        Base.WHOLE,
                        dir -> Files.createFile(TestServer.logOf(dir).resolve("raft-meta.tmp")),
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "raft/ gone",
                        Base.WHOLE,
                        dir -> StartScenarios.delete(dir.resolve("raft")),
                        refused("ahead_of_log", ExitCode.DAMAGED)),
                new Scenario(
                        "store and all entries gone",
                        Base.WHOLE,
                        dir -> {
                            StartScenarios.delete(StartScenarios.store(dir));
                            Files.delete(StartScenarios.openSegment(dir));
                        },
                        refused("meta_missing", ExitCode.DAMAGED)),
                new Scenario(
                        "a torn write behind the store",
                        Base.WHOLE,
                        dir -> StartScenarios.appendTornRecord(dir),
                        starts(Outcome.SKIPPED, "log_torn")),
                new Scenario(
                        "a torn write, and no store",
                        Base.WHOLE,
                        dir -> {
                            StartScenarios.appendTornRecord(dir);
                            StartScenarios.delete(StartScenarios.store(dir));
                        },
                        starts(Outcome.RESTORED, "log_torn")),
                new Scenario(
                        "a flipped bit that the store makes good for",
                        Base.CRASHED,
                        dir -> StartScenarios.flip(StartScenarios.openSegment(dir), 300),
                        starts(Outcome.SKIPPED, "log_damaged")),
                new Scenario(
                        "a flipped bit in a closed segment that the store makes good for",
                        Base.CRASHED,
                        dir -> StartScenarios.flip(StartScenarios.closedSegment(dir), 5_000),
                        starts(Outcome.SKIPPED, "log_damaged")),
                new Scenario(
                        "a flipped bit, and an older store",
                        Base.CRASHED,
                        dir -> {
                            StartScenarios.flip(StartScenarios.openSegment(dir), 300);
                            bases.replaceStore(dir, "first-store");
                        },
                        refused("log_damaged", ExitCode.DAMAGED)),
                new Scenario(
                        "a closed segment missing, and an older store",
                        Base.CRASHED,
                        dir -> {
                            Files.delete(StartScenarios.closedSegment(dir));
                            bases.replaceStore(dir, "first-store");
                        },
                        refused("behind_log", ExitCode.DAMAGED)),
                // Generations.
                new Scenario(
                        "a pending install that knows more",
                        Base.WHOLE,
                        dir -> {
                            TestServer.copy(StartScenarios.store(dir), dir.resolve("store/gen-2"));
                            bases.replaceStore(dir, "early-store");
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
                        dir -> Files.write(StartScenarios.artifact(dir), new byte[10]),
                        starts(Outcome.SKIPPED, "none")),
                new Scenario(
                        "a good artifact for a bad store",
                        Base.PURGED,
                        dir -> {
                            Files.write(StartScenarios.data(dir), new byte[100_000]);
                            bases.putArtifact(dir, "PURGED.skip");
                        },
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "a good artifact for a store behind the log",
                        Base.PURGED,
                        dir -> {
                            bases.replaceStore(dir, "first-store");
                            bases.putArtifact(dir, "PURGED.skip");
                        },
                        starts(Outcome.RESTORED, "behind_log")),
                new Scenario(
                        "an older artifact, and the log for the rest",
                        Base.WHOLE,
                        dir -> {
                            Files.write(StartScenarios.data(dir), new byte[100_000]);
                            bases.putArtifact(dir, "half.skip");
                        },
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "a damaged artifact, and the whole log",
                        Base.WHOLE,
                        dir -> {
                            Files.write(StartScenarios.data(dir), new byte[100_000]);
                            bases.putArtifact(dir, "WHOLE.skip");
                            StartScenarios.flip(StartScenarios.artifact(dir), 3_000);
                        },
                        starts(Outcome.RESTORED, "env_corrupt")),
                new Scenario(
                        "a damaged artifact, and a purged log",
                        Base.PURGED,
                        dir -> {
                            Files.write(StartScenarios.data(dir), new byte[100_000]);
                            bases.putArtifact(dir, "PURGED.skip");
                            StartScenarios.flip(StartScenarios.artifact(dir), 3_000_000);
                        },
                        refused("env_corrupt", ExitCode.DAMAGED)),
                new Scenario(
                        "the artifact of another group, and a purged log",
                        Base.PURGED,
                        dir -> {
                            Files.write(StartScenarios.data(dir), new byte[100_000]);
                            bases.putArtifact(dir, "WHOLE.skip");
                        },
                        refused("env_corrupt", ExitCode.DAMAGED)),
                // Owners.
                new Scenario(
                        "the store of another group",
                        Base.PURGED,
                        dir -> bases.replaceStore(dir, "early-store"),
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
        Path dir = bases.copyOf(scenario.base());
        scenario.damage().to(dir);
        switch (scenario.expectation()) {
            case Expectation.Starts(var outcome, var reason) -> startsWithEveryWrite(scenario, dir, outcome, reason);
            case Expectation.Refused(var reason, var exitCode) -> isRefusedUntouched(dir, reason, exitCode);
        }
    }

    private static void startsWithEveryWrite(Scenario scenario, Path dir, Outcome outcome, String reason)
            throws Exception {
        long revision = StartScenarios.revision(scenario.base());
        try (var server = TestServer.start(dir)) {
            assertThat(server.coldStart().outcome()).isEqualTo(outcome);
            assertThat(server.coldStart().reason()).isEqualTo(reason);
            assertThat(server.status().revision()).isEqualTo(revision);
            server.put("after", StartScenarios.SMALL);
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
    static Map<String, String> image(Path dir) throws IOException {
        var files = new TreeMap<>(DirectoryImage.of(dir).files());
        files.keySet()
                .removeIf(name -> name.endsWith("LOCK") || name.endsWith("lock.mdb") || name.startsWith("native"));
        return files;
    }
}
