package io.skipstone.store;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a class of the tests' class path in a process of its own that sees a small file system of its own, or has lost the right to
 * overlook permissions; neither touches what other processes see.
 */
public record Mounted(int exitCode, String printed) {
    /**
     * Mounts a file system in memory over {@code directory}, runs {@code prepare} in a shell, and then the class.
     *
     * @param sizeKib how much fits on it
     */
    public static Mounted run(Path directory, int sizeKib, String prepare, Class<?> main, String... args)
            throws IOException {
        requirePossible("unshare", "-rm", "mount", "-t", "tmpfs", "none", directory.toString());
        String mount =
                "mount -t tmpfs -o size=" + sizeKib + "k none " + directory + " && " + prepare + " && exec \"$@\"";
        return start(List.of("unshare", "-rm", "sh", "-ec", mount, "sh"), main, args);
    }

    /** Runs the class as a user whom permissions bind, even where the tests run as root. */
    public static Mounted withoutPrivileges(Class<?> main, String... args) throws IOException {
        List<String> drop = List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search");
        var probe = new ArrayList<>(drop);
        probe.add("true");
        requirePossible(probe.toArray(String[]::new));
        return start(drop, main, args);
    }

    private static void requirePossible(String... command) throws IOException {
        Mounted probe = run(List.of(command));
        assumeTrue(probe.exitCode() == 0, () -> "not permitted here: " + String.join(" ", command) + ": " + probe);
    }

    private static Mounted start(List<String> wrapper, Class<?> main, String... args) throws IOException {
        var command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-Xmx128m", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(List.of(args));
        return run(command);
    }

    private static Mounted run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (var out = process.getInputStream()) {
            String printed = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            return new Mounted(process.waitFor(), printed);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + command, stopped);
        }
    }
}
