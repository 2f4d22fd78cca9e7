package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A wall clock for server processes that a test can set, also while they run ({@code src/test/c/shifted_clock.c}). */
final class ShiftedClock {
    private static final Path SOURCE = Path.of("src/test/c/shifted_clock.c");

    private final Path library;
    private final Path file;

    private ShiftedClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** Whether this machine can have one: Linux with a C compiler, which .ci/run sees to. */
    static boolean isPossible() {
        try {
            return System.getProperty("os.name").equals("Linux") && run(List.of("gcc", "--version")) == 0;
        } catch (IOException noCompiler) {
            return false;
        }
    }

    /** Compiles the library into the directory; the clock is right at first. */
    static ShiftedClock in(Path directory) throws IOException {
        Path library = directory.resolve("shifted_clock.so");
        int compiled = run(List.of(
                "gcc",
                "-std=gnu11",
                "-O2",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                SOURCE.toString(),
                "-ldl",
                "-lpthread"));
        assertThat(compiled).as("exit code of gcc on %s", SOURCE).isZero();
        var clock = new ShiftedClock(library, directory.resolve("shift"));
        clock.shift(Duration.ZERO);
        return clock;
    }

    /** For the environment of a server. */
    Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "SHIFTED_CLOCK_FILE", file.toString());
    }

    /** From now on the servers' wall clock is wrong by so much. Eight aligned bytes are written as one. */
    void shift(Duration wrongBy) throws IOException {
        var bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(wrongBy.toMillis()).flip();
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(bytes, 0);
        }
    }

    private static int run(List<String> command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }
}
