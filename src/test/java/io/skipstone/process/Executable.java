package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.CliRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What the process tests start, server and command line alike: the packaged jar on the JVM of the test, or the executable that
 * {@code -Dskipstone.binary=PATH} names. That one is called as {@code PATH run ...} and {@code PATH get ...}, takes {@code -D} options
 * before the command, and stays the process it was started as, for signals go there.
 */
public sealed interface Executable {
    /** The one that this run of the tests is about. */
    static Executable underTest() {
        String binary = System.getProperty("skipstone.binary", "");
        return binary.isEmpty() ? Jar.packaged() : new Binary(Path.of(binary));
    }

    /**
     * The words of a command.
     *
     * @param heapMib largest heap, where the tests choose it
     * @param properties system properties
     */
    List<String> command(int heapMib, Map<String, String> properties, List<String> words);

    /** Runs a command to its end. */
    CliRun cli(String... words);

    private static List<String> asOptions(Map<String, String> properties) {
        return properties.entrySet().stream()
                .map(property -> "-D" + property.getKey() + "=" + property.getValue())
                .toList();
    }

    /** The build's own. Commands run in the JVM of the test, which is the same code without a start for each. */
    record Jar(Path file) implements Executable {
        static Jar packaged() {
            Path jar = Path.of(System.getProperty("skipstone.jar", "target/quarkus-app/quarkus-run.jar"));
            assertThat(jar).as("the packaged server; './mvnw package' makes it").exists();
            return new Jar(jar.toAbsolutePath());
        }

        @Override
        public List<String> command(int heapMib, Map<String, String> properties, List<String> words) {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(QuickStart.options(this));
            command.addAll(List.of("-Xmx" + heapMib + "m", "--sun-misc-unsafe-memory-access=allow"));
            command.add("-Djava.util.logging.manager=org.jboss.logmanager.LogManager");
            command.addAll(asOptions(properties));
            command.addAll(List.of("-jar", file.toString()));
            command.addAll(words);
            return command;
        }

        @Override
        public CliRun cli(String... words) {
            return CliRun.of(words);
        }
    }

    /** Any other. Its heap is its own business. */
    record Binary(Path file) implements Executable {
        private static final int ENDS_WITHIN_MINUTES = 5;

        public Binary {
            if (!Files.isRegularFile(file) || !Files.isExecutable(file)) {
                throw new IllegalStateException("skipstone.binary is no executable file: " + file);
            }
            file = file.toAbsolutePath();
        }

        @Override
        public List<String> command(int heapMib, Map<String, String> properties, List<String> words) {
            List<String> command = new ArrayList<>();
            command.add(file.toString());
            command.addAll(asOptions(properties));
            command.addAll(words);
            return command;
        }

        @Override
        public CliRun cli(String... words) {
            try {
                return run(command(0, Map.of(), List.of(words)));
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while a command ran", stopped);
            }
        }

        private static CliRun run(List<String> command) throws IOException, InterruptedException {
            Path out = Files.createTempFile("skipstone-cli-", ".out");
            Path err = Files.createTempFile("skipstone-cli-", ".err");
            Process process = new ProcessBuilder(command)
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            try {
                process.getOutputStream().close();
                assertThat(process.waitFor(ENDS_WITHIN_MINUTES, TimeUnit.MINUTES))
                        .as("ends within %s minutes: %s", ENDS_WITHIN_MINUTES, command)
                        .isTrue();
                return new CliRun(process.exitValue(), Files.readString(out), Files.readString(err));
            } finally {
                process.destroyForcibly();
                Files.deleteIfExists(out);
                Files.deleteIfExists(err);
            }
        }
    }
}
