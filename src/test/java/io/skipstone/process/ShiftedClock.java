package io.skipstone.process;

import io.skipstone.Preloaded;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;

/** A wall clock for server processes that a test can set, also while they run ({@code src/test/c/shifted_clock.c}). */
public final class ShiftedClock {
    private final Path library;
    private final Path file;

    private ShiftedClock(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** Compiles the library into the directory; the clock is right at first. */
    public static ShiftedClock in(Path directory) throws IOException {
        var clock = new ShiftedClock(Preloaded.compile("shifted_clock", directory), directory.resolve("shift"));
        clock.shift(Duration.ZERO);
        return clock;
    }

    /** For the environment of a server. */
    public Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "SHIFTED_CLOCK_FILE", file.toString());
    }

    /** From now on the servers' wall clock is wrong by so much. Eight aligned bytes are written as one. */
    public void shift(Duration wrongBy) throws IOException {
        var bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder());
        bytes.putLong(wrongBy.toMillis()).flip();
        try (var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.write(bytes, 0);
        }
    }
}
