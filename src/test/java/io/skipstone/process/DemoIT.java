package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/skipstone demo}, from its first line to Ctrl-C, twice on one directory. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DemoIT {
    private static final int HEAP_MIB = 256;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Pattern ENDPOINTS = Pattern.compile("SKIPSTONE_ENDPOINT=(\\S+)");
    private static final Pattern PROCESS = Pattern.compile("(?m)^n\\d .* process (\\d+) ");

    @TempDir
    private Path dir;

    @Test
    void threeNodesServeUntilCtrlCAndGoOnWhereTheyWere() throws Exception {
        Path demo = dir.resolve("demo");
        try (var first = new Demo(demo)) {
            first.await("Ctrl-C stops all three");
            assertThat(first.cli("put", "greeting", "hello").exitCode()).isZero();
            assertThat(first.cli("cluster", "members").out()).contains("n1", "n2", "n3", "leader");
            first.stop();
        }
        try (var second = new Demo(demo)) {
            second.await("Ctrl-C stops all three");
            assertThat(second.cli("get", "greeting").out()).isEqualTo("hello");

            second.nodes().getFirst().destroyForcibly();
            second.await("n1 ended with 137");
            assertThat(second.cli("get", "greeting").out()).isEqualTo("hello");
            second.await("n1 is back");
            second.stop();
        }
    }

    /** The command as a process of its own. */
    private static final class Demo implements AutoCloseable {
        private final Path output;
        private final Process process;

        Demo(Path demo) throws IOException {
            output = Files.createTempFile("skipstone-demo-", ".log");
            process = new ProcessBuilder(Executable.underTest()
                            .command(HEAP_MIB, Map.of(), List.of("demo", "--dir", demo.toString())))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
        }

        String printed() throws IOException {
            return Files.readString(output);
        }

        void await(String line) {
            Awaitility.await().atMost(SOON).untilAsserted(() -> assertThat(printed())
                    .contains(line));
        }

        CliRun cli(String... command) throws IOException {
            var endpoints = ENDPOINTS.matcher(printed());
            assertThat(endpoints.find()).isTrue();
            return Executable.underTest()
                    .cli(Stream.concat(Stream.of(command), Stream.of("--endpoint", endpoints.group(1)))
                            .toArray(String[]::new));
        }

        List<ProcessHandle> nodes() throws IOException {
            return PROCESS.matcher(printed())
                    .results()
                    .map(line -> line.group(1))
                    .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                    .toList();
        }

        /** As Ctrl-C does, and checks that nobody is left. */
        void stop() throws IOException, InterruptedException {
            List<ProcessHandle> nodes = process.descendants().toList();
            assertThat(nodes).hasSize(3);
            process.destroy();
            assertThat(process.waitFor(SOON.toSeconds(), TimeUnit.SECONDS))
                    .as(printed())
                    .isTrue();
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }

        @Override
        public void close() throws IOException {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            Files.deleteIfExists(output);
        }
    }
}
