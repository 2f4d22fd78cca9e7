package io.skipstone.cli.demo;

import io.skipstone.cli.client.CliFailure;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** How this program starts itself as a node. */
final class ServerCommand {
    /** Three nodes share a laptop; what is read most lies in the memory map, not on the heap. */
    private static final String HEAP = "-Xmx512m";

    private static final String JAVA_OPTS = "SKIPSTONE_JAVA_OPTS";

    private ServerCommand() {}

    /**
     * The words of the command.
     *
     * @throws CliFailure this is not the packaged program
     */
    static List<String> words(Map<String, String> environment) {
        return isNativeExecutable() ? List.of(ownExecutable(), HEAP, "run") : ofTheJar(environment);
    }

    /** As GraalVM tells a native executable about itself. */
    private static boolean isNativeExecutable() {
        return System.getProperty("org.graalvm.nativeimage.imagecode") != null;
    }

    private static String ownExecutable() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElseThrow(() -> new CliFailure(CliFailure.REFUSED, "the demo cannot find its own executable"));
    }

    private static List<String> ofTheJar(Map<String, String> environment) {
        Path jar = Path.of(System.getProperty("skipstone.jar", System.getProperty("java.class.path")));
        if (!jar.toString().endsWith(".jar") || !Files.exists(jar)) {
            throw new CliFailure(CliFailure.REFUSED, "the demo starts the packaged program: run bin/skipstone demo");
        }
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                HEAP));
        words.addAll(cacheOfThisProcess());
        Arrays.stream(environment.getOrDefault(JAVA_OPTS, "").split("\\s+"))
                .filter(option -> !option.isEmpty())
                .forEach(words::add);
        words.addAll(List.of("-jar", jar.toAbsolutePath().toString(), "run"));
        return words;
    }

    /** What the launcher found that makes a start faster. */
    private static List<String> cacheOfThisProcess() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-XX:AOTCache=") || option.startsWith("-Xlog:"))
                .toList();
    }
}
