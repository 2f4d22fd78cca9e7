package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.consensus.LogDamage;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Position;
import io.skipstone.process.Executable;
import io.skipstone.process.Ports;
import io.skipstone.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * One node, halted at one failpoint, started again and held against its own log: right after the halt, over its doors after the
 * restart, and after more load and a clean stop.
 */
public final class CrashRun {
    /** No failpoint of the write is hit less than once in so many writes of all writers. */
    private static final int WRITES_UNTIL_HALT = 400;

    private static final int WRITES_AFTERWARDS = 10;
    private static final int ENTRIES_LOST = 5;

    /** What happens at the failpoint. */
    public enum Harm {
        HALT(Failpoints.HALTED),
        /** Only for failpoints of the start: a running node has other exit codes for what fails in it. */
        THROW(ExitCode.FAILED.code());

        private final int exitCode;

        Harm(int exitCode) {
            this.exitCode = exitCode;
        }

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Failpoint point;
    private final Trigger trigger;
    private final Harm harm;
    private final long seed;
    private final Random random;
    private final Path dataDir;
    private final Path backup;
    private final StoppedNode files;
    private final Workload workload;

    public CrashRun(Failpoint point, Trigger trigger, Harm harm, long seed, Path dir) {
        this.harm = harm;
        this.point = point;
        this.trigger = trigger;
        this.seed = seed;
        this.random = new Random(seed);
        this.dataDir = dir.resolve("data");
        this.backup = dir.resolve("backup.skip");
        this.files = new StoppedNode(dataDir, dir.resolve("scratch"));
        this.workload = new Workload(seed);
    }

    /** Runs it; throws what does not hold. */
    public void run() throws Exception {
        try (workload;
                var server = ServerProcess.launch(dataDir, Ports.free(), firstSettings())) {
            try {
                bringToHalt(server);
                Optional<Position> held = checkAfterHalt();
                server.launchAgain(Map.of());
                server.awaitReady();
                checkColdStart(server, held);
                goOnAndStop(server);
            } catch (Exception | AssertionError failure) {
                throw new AssertionError(
                        "seed " + seed + ": " + failure.getMessage() + "\nserver:\n" + server.log(), failure);
            }
        }
    }

    private Map<String, String> firstSettings() {
        return switch (trigger) {
            case FIRST_START, LOAD, PIN_ON_REQUEST, PIN_BY_ITSELF, STOP, SNAPSHOT -> armed();
            case LOAD_AFTER_KILL,
                    PIN_AFTER_KILL,
                    RESTART,
                    RESTART_WITH_TORN_LOG,
                    RESTART_WITH_SHORT_LOG,
                    RESTART_WITHOUT_STORE,
                    RESTART_WITH_ARTIFACT -> Map.of();
        };
    }

    private Map<String, String> armed() {
        var settings = new HashMap<String, String>();
        if (trigger == Trigger.PIN_BY_ITSELF) {
            settings.put("SKIPSTONE_SNAPSHOT_EVERY_ENTRIES", "25");
        }
        settings.put(
                "SKIPSTONE_FAILPOINTS",
                point.id() + "=" + harm.text() + "@" + (1 + random.nextInt(trigger.mostHits())));
        return settings;
    }

    private void bringToHalt(ServerProcess server) throws Exception {
        switch (trigger) {
            case FIRST_START -> assertThat(server.awaitReadyOrEnd()).isFalse();
            case LOAD, PIN_BY_ITSELF -> loadUntilHalt(server, () -> {});
            case PIN_ON_REQUEST -> loadUntilHalt(server, () -> ask(server, "/v1/pin"));
            case STOP -> loadUntilHalt(server, server::askToStop);
            case SNAPSHOT -> loadUntilHalt(server, () -> ask(server, "/v1/snapshot"));
            case LOAD_AFTER_KILL -> {
                loadAndKill(server, () -> {});
                startAgain(server);
                loadUntilHalt(server, () -> {});
            }
            case PIN_AFTER_KILL -> {
                loadAndKill(server, () -> {});
                startAgain(server);
                loadUntilHalt(server, () -> ask(server, "/v1/pin"));
            }
            case RESTART -> restart(server, () -> {}, () -> {});
            case RESTART_WITH_TORN_LOG -> restart(server, () -> {}, () -> LogDamage.tear(files.groupDir()));
            case RESTART_WITH_SHORT_LOG -> restart(server, () -> {}, () -> files.loseEndOfLog(ENTRIES_LOST));
            case RESTART_WITHOUT_STORE -> restart(server, () -> {}, files::destroyStore);
            case RESTART_WITH_ARTIFACT ->
                restart(
                        server,
                        () -> assertThat(save(server, dataDir.resolve("artifact/backup.skip")))
                                .isZero(),
                        files::destroyStore);
        }
        assertThat(server.awaitExit())
                .as("exit code of a process that ended at %s", point.id())
                .isEqualTo(harm.exitCode);
    }

    /** Something that happens to files. */
    private interface Damage {
        void happen() throws IOException;
    }

    private void restart(ServerProcess server, Runnable underLoad, Damage damage) throws Exception {
        loadAndKill(server, underLoad);
        damage.happen();
        server.launchAgain(armed());
        assertThat(server.awaitReadyOrEnd()).as("ready without a halt").isFalse();
    }

    /** A life before the one that counts: it leaves a log of a term that is over. */
    private void loadAndKill(ServerProcess server, Runnable underLoad) throws Exception {
        server.awaitReady();
        Workload.Run run = workload.begin(server.endpoint(), WRITES_UNTIL_HALT);
        run.awaitAcknowledged(50 + random.nextInt(50));
        underLoad.run();
        server.kill();
        run.await();
        files.gather();
    }

    private void startAgain(ServerProcess server) throws Exception {
        server.launchAgain(armed());
        if (server.awaitReadyOrEnd()) {
            workload.settle(server.endpoint());
        }
    }

    /** Until the node is gone; {@code inBetween} comes when some writes are acknowledged. */
    private void loadUntilHalt(ServerProcess server, Runnable inBetween) throws Exception {
        if (server.awaitReadyOrEnd()) {
            Workload.Run run = workload.begin(server.endpoint(), WRITES_UNTIL_HALT);
            if (trigger.mostHits() == 1) {
                run.awaitAcknowledged(20 + random.nextInt(100));
            }
            inBetween.run();
            run.await();
        }
    }

    /** The answer is nobody's business: the process halts meanwhile. */
    private static void ask(ServerProcess server, String path) {
        try (var client = new NodeClient(URI.create(server.endpoint()), Duration.ofSeconds(30))) {
            client.exchange(Request.post(path));
        } catch (IOException gone) {
            assertThat(gone).isNotNull();
        }
    }

    private static int save(ServerProcess server, Path file) {
        return Executable.underTest()
                .cli("snapshot", "save", file.toString(), "--endpoint", server.endpoint())
                .exitCode();
    }

    /** Where the next start will find the store; empty if it took no entry yet, or is lost. */
    private Optional<Position> checkAfterHalt() throws IOException {
        if (trigger.losesTheStore()) {
            return files.checkStore(StoppedNode.Expect.ANYTHING_BUT_WRONG);
        }
        if (trigger != Trigger.RESTART_WITH_TORN_LOG) {
            files.gather();
        }
        Optional<Position> held = files.checkStore(StoppedNode.Expect.A_STORE);
        files.checkAcknowledged(workload.acknowledged());
        return held;
    }

    private void checkColdStart(ServerProcess server, Optional<Position> held) throws IOException {
        JsonNode coldStart = Json.parse(
                        server.get(server.endpoint() + "/v1/status").getBytes(StandardCharsets.UTF_8))
                .path("coldStart");
        String otherwise = trigger.losesTheStore() ? "restored" : "fresh";
        assertThat(coldStart.path("outcome").asText())
                .as("%s", coldStart)
                .isEqualTo(held.isPresent() ? "skipped" : otherwise);
        held.ifPresent(position ->
                assertThat(coldStart.path("have").path("index").asLong()).isEqualTo(position.index()));
    }

    private void goOnAndStop(ServerProcess server) throws Exception {
        workload.settle(server.endpoint());
        workload.begin(server.endpoint(), WRITES_AFTERWARDS).await();
        workload.settle(server.endpoint());
        int writes = workload.acknowledged().size();
        Workload.compact(
                server.endpoint(), workload.acknowledged().get(writes / 2).revision());
        if (trigger == Trigger.SNAPSHOT) {
            assertThat(save(server, backup)).as("exit code of snapshot save").isZero();
        }
        assertThat(server.stop()).as("exit code after SIGTERM").isIn(0, 143);
        files.gather();
        files.checkStore(StoppedNode.Expect.A_STORE);
        files.checkComplete();
        files.checkAcknowledged(workload.acknowledged());
    }
}
