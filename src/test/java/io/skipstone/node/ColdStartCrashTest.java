package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.ColdStart.Outcome;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.node.StartScenarios.Base;
import io.skipstone.node.StartScenarios.Damage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** A start that is cut off at any step of any repair: the next one comes up with every write. */
class ColdStartCrashTest {
    @TempDir
    static Path scratch;

    private static StartScenarios scenarios;

    private record Repair(String name, Base base, Damage damage) {
        boolean takesInAnArtifact() {
            return name.contains("artifact");
        }
    }

    private static List<Repair> repairs() {
        return List.of(
                new Repair("a torn tail", Base.WHOLE, dir -> StartScenarios.appendTornRecord(dir)),
                new Repair(
                        "a log that ends too early",
                        Base.CRASHED,
                        dir -> Files.delete(StartScenarios.openSegment(dir))),
                new Repair(
                        "a front that the store holds",
                        Base.CRASHED,
                        dir -> StartScenarios.flip(StartScenarios.closedSegment(dir), 5_000)),
                new Repair(
                        "a store in doubt, and the whole log",
                        Base.WHOLE,
                        dir -> Files.write(StartScenarios.data(dir), new byte[100_000])),
                new Repair("a store in doubt, and an artifact", Base.PURGED, dir -> {
                    Files.write(StartScenarios.data(dir), new byte[100_000]);
                    scenarios.putArtifact(dir, "PURGED.skip");
                }));
    }

    /** What a start passes before Ratis runs. */
    private static Set<Failpoint> steps() {
        var steps = EnumSet.noneOf(Failpoint.class);
        Arrays.stream(Failpoint.values())
                .filter(point -> point.id().startsWith("start.") || point.id().startsWith("install."))
                .forEach(steps::add);
        return steps;
    }

    private static final Set<Failpoint> PASSED = EnumSet.noneOf(Failpoint.class);

    @AfterEach
    void disarm() {
        Failpoints.arm(Map.of());
    }

    @TestFactory
    Stream<DynamicTest> isGoneOnWith() throws Exception {
        scenarios = StartScenarios.make(Files.createTempDirectory(scratch, "bases"));
        Stream<DynamicTest> each = repairs().stream().flatMap(repair -> steps().stream()
                .filter(step -> repair.takesInAnArtifact() || step.id().startsWith("start."))
                .map(step -> DynamicTest.dynamicTest(
                        repair.name() + ", cut off at " + step.id(), () -> cutOff(repair, step))));
        return Stream.concat(
                each, Stream.of(DynamicTest.dynamicTest("every step of a start was cut off somewhere", () -> assertThat(
                                PASSED)
                        .containsAll(steps().stream()
                                .filter(step -> step.id().startsWith("start."))
                                .toList()))));
    }

    private static void cutOff(Repair repair, Failpoint step) throws Exception {
        Path dir = scenarios.copyOf(repair.base());
        repair.damage().to(dir);
        Failpoints.arm(Map.of(step, new Failpoints.Plan(new Failpoints.Action.Throw(), 1)));
        if (!isCutOff(dir)) {
            return;
        }
        PASSED.add(step);
        Failpoints.arm(Map.of());
        try (var server = TestServer.start(dir)) {
            assertThat(server.status().revision()).isEqualTo(StartScenarios.revision(repair.base()));
        }
    }

    private static boolean isCutOff(Path dir) throws Exception {
        try (var server = TestServer.start(dir)) {
            assertThat(server.status().isReady()).isTrue();
            return false;
        } catch (Failpoints.InjectedFailure cut) {
            return true;
        }
    }

    @Test
    void aStartAfterARestoreIsClean() throws Exception {
        scenarios = StartScenarios.make(Files.createTempDirectory(scratch, "bases"));
        Path dir = scenarios.copyOf(Base.PURGED);
        Files.write(StartScenarios.data(dir), new byte[100_000]);
        scenarios.putArtifact(dir, "PURGED.skip");
        TestServer.start(dir).close();

        try (var server = TestServer.start(dir)) {
            assertThat(server.coldStart().outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(server.coldStart().generation()).isEqualTo(2);
        }
    }
}
