package io.skipstone.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.CliRun;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Programs of other people, as processes of their own. */
final class Programs {
    private Programs() {}

    static boolean isInstalled(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }

    /** Runs one to its end. */
    static CliRun run(List<String> command, String input, Duration limit) {
        try (var program = new Running(command)) {
            program.type(input);
            program.endInput();
            return program.awaitEnd(limit);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** One that runs beside the test, and ends with it. */
    static final class Running implements AutoCloseable {
        private final Path out;
        private final Path err;
        private final List<String> command;
        private final Process process;

        Running(List<String> command) throws IOException {
            this.command = List.copyOf(command);
            this.out = Files.createTempFile("skipstone-program-", ".out");
            this.err = Files.createTempFile("skipstone-program-", ".err");
            var builder =
                    new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
            builder.environment().put("ETCDCTL_API", "3");
            this.process = builder.start();
        }

        void type(String input) throws IOException {
            process.getOutputStream().write(input.getBytes(StandardCharsets.UTF_8));
            process.getOutputStream().flush();
        }

        void endInput() throws IOException {
            process.getOutputStream().close();
        }

        /** All it has printed by now. */
        String printed() throws IOException {
            return Files.readString(out);
        }

        String complained() throws IOException {
            return Files.readString(err);
        }

        /** Asks it to end, as Ctrl-C does. */
        void interrupt() throws IOException {
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        }

        CliRun awaitEnd(Duration limit) throws IOException {
            try {
                assertThat(process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS))
                        .as("ends within %s: %s\n%s", limit, command, complained())
                        .isTrue();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a program ran", stopped);
            }
            return new CliRun(process.exitValue(), printed(), complained());
        }

        @Override
        public void close() throws IOException {
            process.destroyForcibly();
            Files.deleteIfExists(out);
            Files.deleteIfExists(err);
        }
    }
}
