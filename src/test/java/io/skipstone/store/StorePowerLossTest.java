package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skipstone.Preloaded;
import io.skipstone.powerloss.CrashRun;
import io.skipstone.powerloss.FastDirectory;
import io.skipstone.powerloss.Recorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails at random moments of a store's life, and the disk keeps what it likes of what was not synced (P2, P3). docs/testing.md,
 * Power loss.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class StorePowerLossTest {
    private static final long SEED = Long.getLong("skipstone.seed", 1);
    private static final int POINTS = Integer.getInteger("powerloss.points", 2_000);
    private static final int STEPS = 600;

    /** Enough to be sure that a broken store is found out. */
    private static final int POINTS_OF_THE_BROKEN = 400;

    @TempDir(factory = FastDirectory.class)
    static Path directory;

    private static final Map<String, Path> TRACES = new ConcurrentHashMap<>();

    @BeforeAll
    static void makeTheReference() throws Exception {
        assumeTrue(Preloaded.isPossible(), "needs Linux and gcc");
        var config =
                StoreWorkload.config(directory.resolve("never-crashed"), directory.resolve("native"), SyncMode.ALWAYS);
        StoreReference.of(StoreHistory.of(SEED, STEPS), config, SEED).writeTo(reference());
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(SyncMode.class)
    void theStoreIsAsItWasAfterOneOfItsCommits(SyncMode mode) throws Exception {
        CrashRun.Result result = run(trace(mode, "synced"), mode, false, POINTS);

        assertThat(result.violations()).as("-Dskipstone.seed=%s", SEED).isEmpty();
        assertThat(result.checked()).isEqualTo(POINTS);
    }

    @Test
    void aPinWithoutItsSyncIsFoundOut() throws Exception {
        CrashRun.Result result =
                run(trace(SyncMode.META_DEFERRED, "unsynced"), SyncMode.META_DEFERRED, false, POINTS_OF_THE_BROKEN);

        report("pins without a sync", result);
        assertThat(result.violations()).isNotEmpty().anyMatch(what -> what.contains("none of the states"));
    }

    @Test
    void commitsWithoutTheirSyncAreFoundOut() throws Exception {
        CrashRun.Result result =
                run(trace(SyncMode.META_DEFERRED, "synced"), SyncMode.META_DEFERRED, true, POINTS_OF_THE_BROKEN);

        report("commits without a sync", result);
        assertThat(result.violations()).isNotEmpty();
    }

    private static void report(String what, CrashRun.Result result) {
        System.out.printf(
                "%s: %d of %d crash points violate a promise%n",
                what, result.violations().size(), result.checked());
    }

    /** Of a run in that mode; recorded once. */
    private static Path trace(SyncMode mode, String engine) throws Exception {
        String name = mode + "-" + engine;
        if (!TRACES.containsKey(name)) {
            Path work = Files.createDirectories(directory.resolve(name));
            List<String> arguments = List.of(
                    work.resolve("native").toString(),
                    mode.name(),
                    Long.toString(SEED),
                    Integer.toString(STEPS),
                    engine);
            TRACES.put(name, Recorder.in(work).record(StoreWorkload.class, work, arguments));
        }
        return TRACES.get(name);
    }

    private static CrashRun.Result run(Path trace, SyncMode mode, boolean forcedOnly, int points) throws Exception {
        List<String> arguments = List.of(
                mode.name(),
                Long.toString(SEED),
                Integer.toString(STEPS),
                reference().toString());
        return new CrashRun(trace, forcedOnly, StoreCrashCheck.Maker.class, arguments, SEED, points)
                .in(Files.createTempDirectory(directory, "run"));
    }

    private static Path reference() {
        return directory.resolve("reference");
    }
}
