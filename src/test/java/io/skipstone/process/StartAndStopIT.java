package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How a node comes up, what it refuses to come up with, and how it goes. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class StartAndStopIT {

    @TempDir
    private Path dir;

    @Nested
    class Restart {
        @Test
        void startsFreshThenSkipsWhateverWayItEnded() throws IOException {
            try (var server = ServerProcess.start(dir)) {
                assertThat(server.log()).contains("cold start outcome=fresh reason=none");
                new Skipstone(server).run("put", "key", "value");

                server.kill();
                server.restart();
                assertThat(coldStart(server).path("outcome").asText()).isEqualTo("skipped");
                assertThat(new Skipstone(server).run("get", "key")).isEqualTo("value");

                assertThat(server.stop()).as("exit code after SIGTERM").isIn(0, 143);
                server.restart();
                assertThat(coldStart(server).path("outcome").asText()).isEqualTo("skipped");
                assertThat(coldStart(server).path("replayed").asLong())
                        .as("a clean stop pins, so nothing is left to apply")
                        .isZero();
                assertThat(new Skipstone(server).run("get", "key")).isEqualTo("value");
            }
        }

        @Test
        void saysHowItCameUpInMetricLogLineAndReadiness() throws IOException {
            try (var server = ServerProcess.start(dir)) {
                new Skipstone(server).run("put", "key", "value");
                server.kill();
                server.restart();

                assertThat(server.get(server.management() + "/q/metrics"))
                        .containsPattern("skipstone_cold_start_total\\{[^}]*outcome=\"skipped\"[^}]*} 1.0")
                        .contains("skipstone_cold_start_index_gap")
                        .contains("skipstone_cold_start_phase_seconds");
                assertThat(server.log()).contains("cold start outcome=skipped reason=none node=n1 group=");
                assertThat(server.get(server.management() + "/q/health/ready"))
                        .contains("\"coldStart\": \"skipped\"")
                        .contains("\"storeAtStart\"");
            }
        }

        @Test
        void replaysTheLogIntoANewStoreWhenTheStoreIsDamaged() throws IOException {
            try (var server = ServerProcess.start(dir)) {
                new Skipstone(server).run("put", "key", "value");
                server.kill();
                Files.write(dir.resolve("store/gen-1/data.mdb"), new byte[8192]);

                server.restart();

                assertThat(coldStart(server).path("outcome").asText()).isEqualTo("restored");
                assertThat(new Skipstone(server).run("get", "key")).isEqualTo("value");
                assertThat(dir.resolve("store/gen-1.quarantined-1")).isDirectory();
            }
        }
    }

    @Nested
    class Refuses {
        @Test
        void aPortThatIsTaken() throws IOException {
            for (String setting : new String[] {"client", "peer", "management"}) {
                try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                        var server = ServerProcess.launch(
                                dir,
                                Ports.free(),
                                Map.of(
                                        "SKIPSTONE_" + setting.toUpperCase(Locale.ROOT) + "_PORT",
                                        Integer.toString(taken.getLocalPort())))) {
                    assertThat(server.awaitExit()).isEqualTo(ExitCode.IN_USE.code());
                    assertThat(server.log())
                            .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort())
                            .contains("skipstone." + setting + ".port");
                }
            }
        }

        @Test
        void aDirectoryThatIsInUse() throws IOException {
            try (var first = ServerProcess.start(dir);
                    var second = ServerProcess.launch(dir, Ports.free(), Map.of())) {
                assertThat(second.awaitExit()).isEqualTo(ExitCode.IN_USE.code());
                assertThat(second.log()).contains("is in use by another process");
                assertThat(first.isAlive()).isTrue();
            }
        }

        @Test
        void theDirectoryOfAnotherNode() throws IOException {
            try (var owner = ServerProcess.start(dir)) {
                owner.stop();
            }
            try (var other = ServerProcess.launch(dir, Ports.free(), Map.of("SKIPSTONE_NODE_ID", "n2"))) {
                assertThat(other.awaitExit()).isEqualTo(ExitCode.WRONG_OWNER.code());
                assertThat(other.log()).contains("belongs to node n1, this node is n2");
            }
        }

        @Test
        void wrongSettingsAllOfThemAtOnce() throws IOException {
            try (var server = ServerProcess.launch(
                    dir,
                    Ports.free(),
                    Map.of(
                            "SKIPSTONE_STORE_SYNC",
                            "never",
                            "SKIPSTONE_COLOUR",
                            "red",
                            "SKIPSTONE_LIMITS_READS",
                            "0"))) {
                assertThat(server.awaitExit()).isEqualTo(ExitCode.USAGE.code());
                assertThat(server.log())
                        .contains("3 settings are wrong:")
                        .contains("skipstone.store.sync is 'never'")
                        .contains("SKIPSTONE_COLOUR is no setting")
                        .contains("skipstone.limits.reads is '0'");
            }
        }

        @Test
        void aLogThatCannotMakeGoodForTheStore() throws IOException {
            var everyTenEntries = Map.of("SKIPSTONE_SNAPSHOT_EVERY_ENTRIES", "10");
            try (var server = ServerProcess.start(dir, everyTenEntries)) {
                new Skipstone(server).run("put", "key", "value");
                server.stop();
                // What a disk does that loses the beginning of the log and the store.
                Files.write(dir.resolve("store/gen-1/data.mdb"), new byte[8192]);
                deleteLog();
            }
            try (var server = ServerProcess.launch(dir, Ports.free(), Map.of())) {
                assertThat(server.awaitExit()).isEqualTo(ExitCode.DAMAGED.code());
                assertThat(server.log()).contains("refused to start, reason");
            }
        }

        private void deleteLog() throws IOException {
            try (var files = Files.walk(dir.resolve("raft"))) {
                for (Path file : files.filter(
                                path -> path.getFileName().toString().startsWith("log_"))
                        .toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static JsonNode coldStart(ServerProcess server) throws IOException {
        return new ObjectMapper()
                .readTree(server.get(server.endpoint() + "/v1/status"))
                .path("coldStart");
    }
}
