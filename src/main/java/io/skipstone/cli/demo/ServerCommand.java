package io.skipstone.cli.demo;

import io.skipstone.cli.client.CliFailure;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** How this program starts itself as a node. */
final class ServerCommand {
    /** Three nodes share a laptop; what is read most lies in the memory map, not on the heap. */
    private static final String HEAP = "-Xmx512m";

    /** Only in what Quarkus has packaged. */
    private static final String GENERATED = "generated-bytecode.jar";

    private static final String JAVA_OPTS = "SKIPSTONE_JAVA_OPTS";

    private ServerCommand() {}

    /**
     * The words of the command.
     *
     * @throws CliFailure this is not the packaged program
     */
    static List<String> words(Map<String, String> environment) {
        return isNativeExecutable() ? List.of(ownExecutable(), HEAP, "run") : onThisJvm(environment);
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

    private static List<String> onThisJvm(Map<String, String> environment) {
        List<String> program = program();
        var words = new ArrayList<String>();
        words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        words.addAll(List.of(
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                HEAP));
        words.addAll(optionsOfThisProcess());
        Arrays.stream(environment.getOrDefault(JAVA_OPTS, "").split("\\s+"))
                .filter(option -> !option.isEmpty())
                .forEach(words::add);
        words.addAll(program);
        words.add("run");
        return words;
    }

    /** The jar, or the jars and the main class, that this process was started with: an AOT cache holds for the very same ones. */
    private static List<String> program() {
        String path = System.getProperty("java.class.path");
        String started = System.getProperty("sun.java.command", "").split(" ", 2)[0];
        if (path.contains(GENERATED)) {
            return List.of("-cp", path, started);
        }
        if (path.endsWith(".jar") && Files.exists(Path.of(path))) {
            return List.of("-jar", Path.of(path).toAbsolutePath().toString());
        }
        throw new CliFailure(CliFailure.REFUSED, "the demo starts the packaged program: run bin/skipstone demo");
    }

    /** What the launcher found out that a start needs, or is faster with. */
    private static List<String> optionsOfThisProcess() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option ->
                        Stream.of("-XX:AOTCache=", "-Xlog:", "--add-opens=").anyMatch(option::startsWith))
                .toList();
    }
}
