package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** However it is told to stop, and whoever reads what it prints: a node stops cleanly, so that its next start has nothing to apply. */
@EnabledOnOs(OS.LINUX)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class SignalsIT {
    private static final int HEAP_MIB = 256;
    private static final int SOON_SECONDS = 90;

    @TempDir
    private Path dir;

    private final Ports ports;

    SignalsIT() throws IOException {
        ports = Ports.free();
    }

    @Test
    void sigtermStops() throws Exception {
        assertThat(stopWith("TERM")).isIn(0, 143);
    }

    @Test
    void ctrlCStops() throws Exception {
        assertThat(stopWith("INT")).isIn(0, 130);
    }

    /** Starts one whose reader goes away after the first line, writes, sends the signal, and looks at what the next start finds. */
    private int stopWith(String signal) throws Exception {
        Process node = start();
        try {
            try (BufferedReader reader = node.inputReader()) {
                assertThat(reader.readLine()).isNotNull();
            }
            awaitWritten(node);
            assertThat(new ProcessBuilder("kill", "-" + signal, Long.toString(node.pid()))
                            .start()
                            .waitFor())
                    .isZero();
            assertThat(node.waitFor(SOON_SECONDS, TimeUnit.SECONDS))
                    .as("it stops")
                    .isTrue();
        } finally {
            node.destroyForcibly();
        }
        try (var again = ServerProcess.start(dir)) {
            JsonNode coldStart = new ObjectMapper()
                    .readTree(again.get(again.endpoint() + "/v1/status"))
                    .path("coldStart");
            assertThat(coldStart.path("outcome").asText()).isEqualTo("skipped");
            assertThat(coldStart.path("replayed").asLong()).isZero();
            assertThat(new Skipstone(again).run("get", "key")).isEqualTo("value");
        }
        return node.exitValue();
    }

    private Process start() throws IOException {
        // A shell that starts something in the background has it ignore SIGINT, and so all that it starts.
        List<String> words = new ArrayList<>(List.of("env", "--default-signal=INT"));
        words.addAll(Executable.underTest().command(HEAP_MIB, Map.of(), List.of("run")));
        var builder = new ProcessBuilder(words).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "SKIPSTONE_DATA_DIR", dir.toString(),
                        "SKIPSTONE_CLIENT_PORT", Integer.toString(ports.client()),
                        "SKIPSTONE_PEER_PORT", Integer.toString(ports.peer()),
                        "SKIPSTONE_MANAGEMENT_PORT", Integer.toString(ports.management())));
        return builder.start();
    }

    private void awaitWritten(Process node) {
        String endpoint = "http://127.0.0.1:" + ports.client();
        Awaitility.await().atMost(SOON_SECONDS, TimeUnit.SECONDS).until(() -> {
            assertThat(node.isAlive()).as("it lives, though nobody reads").isTrue();
            return Executable.underTest()
                            .cli("put", "key", "value", "--endpoint", endpoint)
                            .exitCode()
                    == 0;
        });
    }
}
