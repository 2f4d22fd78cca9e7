package io.skipstone.powerloss;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A class of the tests, run in a process of its own with the flags and classes of this one. */
record ChildJvm(Process process, Path log) {
    private static final int HEAP_MIB = 384;

    static ChildJvm start(Class<?> main, List<String> arguments, Map<String, String> environment, Path log)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags());
        command.add("-Xmx" + HEAP_MIB + "m");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:-UsePerfData");
        // A core file of a checker that dies on a broken store is of no use to anybody.
        command.add("-XX:-CreateCoredumpOnCrash");
        command.add("-XX:ErrorFile=" + log + ".crash");
        command.add(main.getName());
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        return new ChildJvm(builder.start(), log);
    }

    /** Waits for its exit code; ends the process if it takes too long. */
    int await(long patienceSeconds) throws IOException, InterruptedException {
        if (!process.waitFor(patienceSeconds, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new IOException("not done after " + patienceSeconds + " s: " + output());
        }
        return process.exitValue();
    }

    String output() throws IOException {
        String all = Files.readString(log);
        return all.substring(Math.max(0, all.length() - 4000));
    }

    /** What lets LMDB's binding reach into the JDK. */
    private static List<String> flags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> flag.startsWith("--"))
                .toList();
    }
}
