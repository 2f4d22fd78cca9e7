package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.Preloaded;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real server that nobody writes to. Its wall clock runs fast, and each read finds the ceiling of the clock behind it: so the log fills
 * with nothing but ceilings, without hours of waiting.
 */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class IdleNodeIT {
    private static final int LEASES = 2_000;
    private static final Duration STEP = Duration.ofSeconds(10);

    @TempDir
    private Path dir;

    private ShiftedClock clock;
    private Duration shift = Duration.ZERO;

    @BeforeEach
    void makeTheClock() throws IOException {
        assumeTrue(Preloaded.isPossible(), "needs Linux and gcc");
        clock = ShiftedClock.in(dir);
    }

    private ServerProcess start() throws IOException {
        Map<String, String> settings = new HashMap<>(clock.environment());
        // The collector would write an entry of its own.
        settings.put("SKIPSTONE_GC_RETENTION_SECONDS", "0");
        return ServerProcess.start(dir.resolve("data"), settings);
    }

    private static long counter(ServerProcess server, String name) throws IOException {
        return server.get(server.management() + "/q/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static long ceilings(ServerProcess server) throws IOException {
        return counter(server, "skipstone_clock_ceilings_total");
    }

    private static long applied(ServerProcess server) throws IOException {
        return counter(server, "skipstone_apply_batch_entries_sum");
    }

    private void lease(ServerProcess server) throws IOException {
        long before = ceilings(server);
        for (int i = 0; i < LEASES; i++) {
            shift = shift.plus(STEP);
            clock.shift(shift);
            assertThat(server.get(server.endpoint() + "/v1/kv/nothing")).contains("key_not_found");
        }
        assertThat(ceilings(server) - before).isGreaterThanOrEqualTo(LEASES);
        assertThat(applied(server)).as("nothing but ceilings").isEqualTo(ceilings(server));
    }

    /** Once nobody reads any more, the log stands still for longer than a renewal takes to come. */
    private static long awaitSilence(ServerProcess server) throws IOException {
        var seen = new AtomicLong(-1);
        await().during(Duration.ofMillis(2_500)).atMost(Duration.ofSeconds(30)).until(() -> {
            long end = logEnd(server);
            return seen.getAndSet(end) == end;
        });
        return logEnd(server);
    }

    private static long logEnd(ServerProcess server) throws IOException {
        return counter(server, "skipstone_raft_log_end");
    }

    private static void assertSkipped(ServerProcess server, long end) throws IOException {
        JsonNode start = new Skipstone(server).status().path("coldStart");
        assertThat(start.path("outcome").asText()).isEqualTo("skipped");
        assertThat(start.path("replayed").asLong()).as("%s", start).isZero();
        assertThat(start.path("have").path("index").asLong()).isEqualTo(end);
        assertThat(server.log())
                .contains("applied=" + start.path("have").path("term").asLong() + ":" + end);
        // In silence, or another ceiling may come between the two figures.
        long added = awaitSilence(server) - end;
        assertThat(applied(server))
                .as("what this start added, but Raft's own configuration; nothing again")
                .isEqualTo(added - 1);
    }

    @Test
    void skipsThousandsOfClockCeilingsAfterAKillAndAfterAStop() throws IOException {
        try (var server = start()) {
            lease(server);
            long end = awaitSilence(server);
            assertThat(end).isGreaterThan(LEASES);

            server.kill();
            server.restart();
            assertSkipped(server, end);

            end = awaitSilence(server);
            server.stop();
            server.restart();
            assertSkipped(server, end);
            assertThat(new Skipstone(server).status().path("revision").asLong()).isZero();
        }
    }
}
