package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.Preloaded;
import io.skipstone.model.Timestamp;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real server whose wall clock is set between runs, and while it runs. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ClockSetBackIT {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final String BEHIND = "wall clock stands behind the newest timestamp";
    private static final String JUMPED = "wall clock jumped ahead";

    @TempDir
    private Path dir;

    private ShiftedClock clock;
    private int written;
    private Timestamp last = Timestamp.NONE;

    @BeforeEach
    void makeTheClock() throws IOException {
        assumeTrue(Preloaded.isPossible(), "needs Linux and gcc");
        clock = ShiftedClock.in(dir);
    }

    private ServerProcess start() throws IOException {
        return ServerProcess.start(dir.resolve("data"), clock.environment());
    }

    /** Each a key of its own; timestamps and revisions go on from where the last run left them. */
    private void write(ServerProcess server, int keys) throws IOException {
        for (int i = 0; i < keys; i++) {
            new Skipstone(server).run("put", "key/" + written, "value " + written);
            written++;
            JsonNode status = new Skipstone(server).status();
            var committed = new Timestamp(status.path("lastCommitTs").asLong());
            assertThat(committed).isGreaterThan(last);
            assertThat(status.path("revision").asLong()).isEqualTo(written);
            last = committed;
        }
    }

    private void assertNothingIsLost(ServerProcess server) {
        var skipstone = new Skipstone(server);
        assertThat(skipstone.count("key/")).isEqualTo(written);
        for (int i = 0; i < written; i++) {
            assertThat(skipstone.run("get", "key/" + i)).isEqualTo("value " + i);
        }
    }

    private static int count(ServerProcess server, String line) throws IOException {
        return server.log().split(Pattern.quote(line), -1).length - 1;
    }

    private static double metric(ServerProcess server, String name) throws IOException {
        return server.get(server.management() + "/q/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void goesOnFromTheLastTimestampWhenItWasSetBackByAnHourBetweenRuns() throws IOException {
        try (var server = start()) {
            write(server, 5);
            assertThat(metric(server, "skipstone_clock_ceiling_millis")).isBetween(0.0, 3_000.0);
            assertThat(count(server, BEHIND)).isZero();
            server.stop();

            clock.shift(HOUR.negated());
            server.restart();

            assertThat(count(server, BEHIND)).isOne();
            assertThat(server.log()).containsPattern("WARN .*" + BEHIND + ".* behindMillis=3[56]\\d{5} ");
            assertThat(new Skipstone(server)
                            .status()
                            .path("coldStart")
                            .path("outcome")
                            .asText())
                    .isEqualTo("skipped");
            write(server, 5);
            assertNothingIsLost(server);
            assertThat(metric(server, "skipstone_clock_ahead_millis")).isBetween(3_500_000.0, 3_700_000.0);

            server.kill();
            server.restart();
            write(server, 5);
            assertNothingIsLost(server);
        }
    }

    @Test
    void followsAnHourAheadAndStaysThereWhenItIsSetBack() throws IOException {
        try (var server = start()) {
            write(server, 3);
            Timestamp before = last;

            clock.shift(HOUR);
            write(server, 3);

            assertThat(last.millis() - before.millis()).isGreaterThanOrEqualTo(HOUR.toMillis());
            await().atMost(Duration.ofSeconds(30)).until(() -> count(server, JUMPED) == 1);

            clock.shift(Duration.ZERO);
            write(server, 3);
            await().atMost(Duration.ofSeconds(30)).until(() -> count(server, BEHIND) == 1);
            server.stop();

            server.restart();
            write(server, 3);
            assertNothingIsLost(server);
            assertThat(last.millis() - before.millis()).isLessThan(HOUR.toMillis() + 300_000);
        }
    }
}
