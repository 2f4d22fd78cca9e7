package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Position;
import io.skipstone.process.Ports;
import io.skipstone.process.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * One node, halted at one failpoint of the write or of the pin under load, started again and held against its own log: right after
 * the halt, over its doors after the restart, and after more load and a clean stop.
 */
public final class CrashRun {
    /** No failpoint of the write is hit less than once in so many writes of all writers. */
    private static final int WRITES_UNTIL_HALT = 400;

    private static final int WRITES_AFTERWARDS = 10;

    /** Quick to start rather than quick to run. */
    private static final Map<String, String> QUICK_START =
            Map.of("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");

    private final Failpoint point;
    private final Trigger trigger;
    private final long seed;
    private final Random random;
    private final Path dataDir;
    private final StoppedNode files;
    private final Workload workload;

    public CrashRun(Failpoint point, Trigger trigger, long seed, Path dir) {
        this.point = point;
        this.trigger = trigger;
        this.seed = seed;
        this.random = new Random(seed);
        this.dataDir = dir.resolve("data");
        this.files = new StoppedNode(dataDir, dir.resolve("scratch"));
        this.workload = new Workload(seed);
    }

    /** Runs it; throws what does not hold. */
    public void run() throws Exception {
        try (workload;
                var server = ServerProcess.launch(dataDir, Ports.free(), firstSettings())) {
            try {
                bringToHalt(server);
                Optional<Position> held = files.check(workload.acknowledged());
                server.launchAgain(QUICK_START);
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
            case LOAD_AFTER_KILL, PIN_AFTER_KILL -> QUICK_START;
            case FIRST_START, LOAD, PIN_ON_REQUEST, PIN_BY_ITSELF, STOP -> armed();
        };
    }

    private Map<String, String> armed() {
        var settings = new HashMap<>(QUICK_START);
        settings.putAll(trigger.settings());
        settings.put("SKIPSTONE_FAILPOINTS", point.id() + "=halt@" + (1 + random.nextInt(trigger.mostHits())));
        return settings;
    }

    private void bringToHalt(ServerProcess server) throws Exception {
        switch (trigger) {
            case FIRST_START -> assertThat(server.awaitReadyOrEnd()).isFalse();
            case LOAD, PIN_BY_ITSELF -> load(server, () -> {});
            case LOAD_AFTER_KILL -> {
                loadAndKill(server);
                load(server, () -> {});
            }
            case PIN_ON_REQUEST -> load(server, () -> pin(server));
            case PIN_AFTER_KILL -> {
                loadAndKill(server);
                load(server, () -> pin(server));
            }
            case STOP -> load(server, server::askToStop);
        }
        assertThat(server.awaitExit())
                .as("exit code of a process that halted at %s", point.id())
                .isEqualTo(Failpoints.HALTED);
    }

    /** A life before the one that counts: it leaves a log of a term that is over. */
    private void loadAndKill(ServerProcess server) throws Exception {
        server.awaitReady();
        Workload.Run run = workload.begin(server.endpoint(), WRITES_UNTIL_HALT);
        run.awaitAcknowledged(50 + random.nextInt(50));
        server.kill();
        run.await();
        files.check(workload.acknowledged());
        server.launchAgain(armed());
        server.awaitReady();
        workload.settle(server.endpoint());
    }

    /** Until the node is gone; {@code inBetween} comes when some writes are acknowledged. */
    private void load(ServerProcess server, Runnable inBetween) throws Exception {
        if (server.awaitReadyOrEnd()) {
            Workload.Run run = workload.begin(server.endpoint(), WRITES_UNTIL_HALT);
            if (trigger.mostHits() == 1) {
                run.awaitAcknowledged(20 + random.nextInt(100));
            }
            inBetween.run();
            run.await();
        }
    }

    /** Has no answer: the process halts meanwhile, or pins twice. */
    private static void pin(ServerProcess server) {
        try (var client = new NodeClient(URI.create(server.endpoint()), Duration.ofSeconds(30))) {
            client.exchange(Request.post("/v1/pin"));
        } catch (IOException gone) {
            assertThat(gone).isNotNull();
        }
    }

    private static void checkColdStart(ServerProcess server, Optional<Position> held) throws IOException {
        JsonNode status =
                Json.parse(server.get(server.endpoint() + "/v1/status").getBytes(StandardCharsets.UTF_8));
        JsonNode coldStart = status.path("coldStart");
        assertThat(coldStart.path("outcome").asText())
                .as("%s", coldStart)
                .isEqualTo(held.isPresent() ? "skipped" : "fresh");
        assertThat(coldStart.path("have").path("index").asLong(-1))
                .isEqualTo(held.map(Position::index).orElse(-1L));
    }

    private void goOnAndStop(ServerProcess server) throws Exception {
        workload.settle(server.endpoint());
        workload.begin(server.endpoint(), WRITES_AFTERWARDS).await();
        workload.settle(server.endpoint());
        int writes = workload.acknowledged().size();
        Workload.compact(
                server.endpoint(), workload.acknowledged().get(writes / 2).revision());
        assertThat(server.stop()).as("exit code after SIGTERM").isIn(0, 143);
        files.checkComplete(workload.acknowledged());
    }
}
