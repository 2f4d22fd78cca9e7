package io.skipstone;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Libraries of the tests' own in C ({@code src/test/c}), to be preloaded into processes that are watched or deceived. */
public final class Preloaded {
    private Preloaded() {}

    /** Whether this machine can have one: Linux with a C compiler, which .ci/run sees to. */
    public static boolean isPossible() {
        try {
            return System.getProperty("os.name").equals("Linux") && run(List.of("gcc", "--version")) == 0;
        } catch (IOException noCompiler) {
            return false;
        }
    }

    /** Compiles {@code src/test/c/NAME.c} into the directory, and returns the library for {@code LD_PRELOAD}. */
    public static Path compile(String name, Path directory) throws IOException {
        Path library = directory.resolve(name + ".so");
        int exitCode = run(List.of(
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
                "src/test/c/" + name + ".c",
                "-ldl",
                "-lpthread"));
        if (exitCode != 0) {
            throw new IOException("gcc cannot compile src/test/c/" + name + ".c: exit code " + exitCode);
        }
        return library;
    }

    private static int run(List<String> command) throws IOException {
        try {
            return new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()
                    .waitFor();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", stopped);
        }
    }
}
