package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.process.Executable;
import io.skipstone.process.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Lets a server of a test start in half the time, and run slower: it is started very often, and has little to do.
 *
 * @param settings environment of a server
 */
public record QuickStart(Map<String, String> settings) {
    private static final String NO_COMPILER_TO_WARM_UP = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

    /** Starts and stops a server once, and keeps its classes as the JVM has read and checked them (JEP 350). */
    public static QuickStart prepare(Path dir) throws IOException {
        return switch (Executable.underTest()) {
            case Executable.Jar jar -> withClassesOf(jar, dir);
            case Executable.Binary _ -> new QuickStart(Map.of());
        };
    }

    private static QuickStart withClassesOf(Executable.Jar jar, Path dir) throws IOException {
        Path classes = dir.resolve("classes.jsa");
        try (var server = ServerProcess.start(
                dir.resolve("data"), jar.jvmOptions(NO_COMPILER_TO_WARM_UP + " -XX:ArchiveClassesAtExit=" + classes))) {
            server.stop();
        }
        assertThat(classes).isNotEmptyFile();
        return new QuickStart(jar.jvmOptions(NO_COMPILER_TO_WARM_UP + " -XX:SharedArchiveFile=" + classes));
    }
}
