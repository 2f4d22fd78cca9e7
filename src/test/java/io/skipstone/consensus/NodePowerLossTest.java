package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skipstone.Preloaded;
import io.skipstone.powerloss.CrashRun;
import io.skipstone.powerloss.FastDirectory;
import io.skipstone.powerloss.Recorder;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails at random moments of a node's life, with store and log on one disk (P1, P3). docs/testing.md, Power loss.
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class NodePowerLossTest {
    private static final long SEED = Long.getLong("skipstone.seed", 1);
    private static final int POINTS = Integer.getInteger("powerloss.points", 1_000);
    private static final @Nullable String KEPT_TRACE = System.getProperty("powerloss.trace");
    private static final int PUTS = 1_000;
    private static final int POINTS_OF_THE_BROKEN = 300;
    private static final int SYNC_MICROS = 1_000;

    @TempDir(factory = FastDirectory.class)
    Path directory;

    @BeforeEach
    void recorderIsThere() {
        assumeTrue(Preloaded.isPossible(), "needs Linux and gcc");
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(SyncMode.class)
    void everyAcknowledgedWriteIsInTheStoreOrInTheLogBehindIt(SyncMode mode) throws Exception {
        assumeTrue(KEPT_TRACE == null || KEPT_TRACE.contains(mode.name()), "the trace is of the other mode");
        Path trace = KEPT_TRACE == null ? record(mode, "synced") : Path.of(KEPT_TRACE);

        CrashRun.Result result = run(trace, mode, POINTS / SyncMode.values().length);

        assertThat(result.violations()).as(() -> howToRepeat(trace, mode)).isEmpty();
        assertThat(result.checked()).isEqualTo(POINTS / SyncMode.values().length);
    }

    @Test
    void aPinWithoutItsSyncIsFoundOut() throws Exception {
        CrashRun.Result result =
                run(record(SyncMode.META_DEFERRED, "unsynced"), SyncMode.META_DEFERRED, POINTS_OF_THE_BROKEN);

        System.out.printf(
                "node, pins without a sync: %d of %d crash points violate a promise%n",
                result.violations().size(), result.checked());
        assertThat(result.violations()).anyMatch(what -> what.contains("behind the pin"));
    }

    /** Threads do not run the same way twice, so the trace is kept. */
    private static String howToRepeat(Path trace, SyncMode mode) {
        Path kept = Path.of("target", "powerloss-" + mode + ".trace");
        try {
            Files.copy(trace, kept, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "-Dskipstone.seed=%d -Dpowerloss.points=%d -Dpowerloss.trace=%s".formatted(SEED, POINTS, kept);
    }

    private Path record(SyncMode mode, String store) throws Exception {
        Path work = Files.createDirectories(directory.resolve("workload"));
        List<String> arguments = List.of(
                work.resolve("native").toString(), mode.name(), Long.toString(SEED), Integer.toString(PUTS), store);
        return Recorder.in(work).withSlowSync(SYNC_MICROS).record(NodeWorkload.class, work, arguments);
    }

    private CrashRun.Result run(Path trace, SyncMode mode, int points) throws Exception {
        return new CrashRun(trace, false, NodeCrashCheck.Maker.class, List.of(mode.name()), SEED, points).in(directory);
    }
}
