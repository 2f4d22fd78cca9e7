package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** File systems and libraries with which a node cannot start: one line says what to do, and the exit code says it to machines. */
@EnabledOnOs(LINUX)
@Timeout(value = 4, unit = TimeUnit.MINUTES)
class BadDiskIT {
    private static final int HEAP_MIB = 256;

    @TempDir
    private Path dir;

    private record Ended(int exitCode, String output) {}

    @Test
    void whereNothingMayBeExecutedTheLibrariesAreRefusedAndNoStoreIsTouched() throws Exception {
        Ended ended = startOn("mount -t tmpfs -o noexec tmpfs \"$dir\"");

        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(ExitCode.NOT_PERMITTED.code());
        assertThat(theOneLineOf(ended)).contains("may not be executed").contains("noexec");
    }

    @Test
    void aFileSystemThatIsReadOnlyIsRefused() throws Exception {
        Ended ended = startOn("mount -t tmpfs tmpfs \"$dir\" && mount -o remount,ro \"$dir\"");

        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(ExitCode.NOT_PERMITTED.code());
        assertThat(theOneLineOf(ended)).contains("mounted read-only");
    }

    @Test
    void aFileSystemThatIsFullIsRefused() throws Exception {
        Ended ended = startOn("mount -t tmpfs -o size=4m tmpfs \"$dir\"");

        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(ExitCode.DISK.code());
        assertThat(theOneLineOf(ended)).contains("the disk is full").contains("8388608 bytes are needed");
    }

    @Test
    void aLibraryForAnotherKindOfMachineIsRefused() throws Exception {
        Path library = dir.resolve("foreign.so");
        String other = System.getProperty("os.arch").equals("aarch64") ? "x86_64" : "aarch64";
        try (InputStream in = getClass().getResourceAsStream("/org/lmdbjava/native/" + other + "-linux-gnu.so")) {
            Files.copy(in, library);
        }

        Ended ended = run(command(Map.of("lmdbjava.native.lib", library.toString())));

        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(ExitCode.FAILED.code());
        assertThat(theOneLineOf(ended))
                .contains("LMDB's native library cannot be loaded on this machine")
                .contains(library.toString());
    }

    @Test
    void whatLiesInTheWayOfTheLibrariesMakesNobodyDoubtTheStore() throws Exception {
        Path data = dir.resolve("data");
        try (var server = ServerProcess.start(data)) {
            server.stop();
        }
        try (Stream<Path> libraries = Files.list(data.resolve("native"))) {
            for (Path library : libraries.toList()) {
                Files.delete(library);
            }
        }
        Files.delete(data.resolve("native"));
        Files.createFile(data.resolve("native"));

        Ended ended = run(command(Map.of()));

        assertThat(ended.exitCode()).as(ended.output()).isEqualTo(ExitCode.DISK.code());
        assertThat(theOneLineOf(ended)).contains(data.resolve("native").toString());
        try (Stream<Path> generations = Files.list(data.resolve("store"))) {
            assertThat(generations).extracting(Path::getFileName).containsExactly(Path.of("gen-1"));
        }
    }

    private static String theOneLineOf(Ended ended) {
        assertThat(ended.output()).doesNotContain("\tat ");
        assertThat(ended.output().lines().filter(line -> line.contains("node cannot start")))
                .as(ended.output())
                .hasSize(1);
        return ended.output()
                .lines()
                .filter(line -> line.contains("node cannot start"))
                .findFirst()
                .orElseThrow();
    }

    /** A data directory in a mount name space, where {@code $dir} is mounted as the line says. */
    private Ended startOn(String mount) throws Exception {
        assumeTrue(run(List.of("unshare", "-rm", "true")).exitCode() == 0, "name spaces are not permitted here");
        Files.createDirectories(dir.resolve("data"));
        String script = "dir=$1; shift; " + mount + " && exec \"$@\"";
        var words = new ArrayList<>(List.of("unshare", "-rm", "sh", "-ec", script, "sh"));
        words.add(dir.resolve("data").toString());
        words.addAll(command(Map.of()));
        return run(words);
    }

    private static List<String> command(Map<String, String> properties) {
        return Executable.underTest().command(HEAP_MIB, properties, List.of("run"));
    }

    private Ended run(List<String> words) throws IOException, InterruptedException {
        Path output = Files.createTempFile(dir, "output-", ".log");
        Ports ports = Ports.free();
        var builder = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment()
                .putAll(Map.of(
                        "SKIPSTONE_DATA_DIR", dir.resolve("data").toString(),
                        "SKIPSTONE_CLIENT_PORT", Integer.toString(ports.client()),
                        "SKIPSTONE_PEER_PORT", Integer.toString(ports.peer()),
                        "SKIPSTONE_MANAGEMENT_PORT", Integer.toString(ports.management())));
        Process process = builder.start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
            return new Ended(process.exitValue(), Files.readString(output));
        } finally {
            process.destroyForcibly();
        }
    }
}
