package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lets a server of a test start in half the time, and run slower: it is started very often, and has little to do. Its classes are kept
 * as the JVM has read and checked them (JEP 350), by one that is started and stopped before the first.
 */
final class QuickStart {
    private static final List<String> NO_COMPILER_TO_WARM_UP = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");
    private static final Path KEPT = Path.of("target", "quick-start");

    /** Guarded by this class. */
    private static Optional<Path> classes = Optional.empty();

    /** Whether the one that makes it is the next to start. Guarded by this class. */
    private static boolean making;

    private QuickStart() {}

    /** Options of the JVM. Whoever comes first waits until there are classes to start with. */
    static synchronized List<String> options(Executable.Jar jar) {
        if (classes.isEmpty() && !making) {
            making = true;
            classes = Optional.of(classesOf(jar));
            making = false;
        }
        return Stream.concat(
                        NO_COMPILER_TO_WARM_UP.stream(), classes.map(file -> "-XX:SharedArchiveFile=" + file).stream())
                .toList();
    }

    /** The JVM takes them only with the jar that they were made with. */
    private static Path classesOf(Executable.Jar jar) {
        try {
            Path made = KEPT.toAbsolutePath()
                    .resolve("classes-" + Files.getLastModifiedTime(jar.file()).toMillis() + ".jsa");
            if (!Files.exists(made)) {
                make(made);
            }
            return made;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void make(Path made) throws IOException {
        Files.createDirectories(KEPT);
        Path work = Files.createTempDirectory(KEPT, "made-");
        Path draft = work.toAbsolutePath().resolve("classes.jsa");
        try (var server = ServerProcess.start(
                work.resolve("data"), Map.of("JAVA_TOOL_OPTIONS", "-XX:ArchiveClassesAtExit=" + draft))) {
            server.stop();
        }
        assertThat(draft).isNotEmptyFile();
        Files.move(draft, made);
    }
}
