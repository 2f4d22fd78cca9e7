package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.api.condition.OS.LINUX;

import io.skipstone.process.Executable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/** What an image holds is enough: a node and a command in its root file system, with nothing else of this machine's. */
@EnabledOnOs(LINUX)
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ImageRootIT {
    /** As the script says that it cannot be tried here. */
    private static final int NOT_HERE = 69;

    /** As the script says that this is a script itself. */
    private static final int NO_EXECUTABLE = 66;

    @TempDir
    private Path dir;

    @Test
    void isEnoughForANodeAndACommand() throws Exception {
        Path output = dir.resolve("output");

        int exitCode = rootfs(
                switch (Executable.underTest()) {
                    case Executable.Jar _ -> "jvm";
                    case Executable.Binary binary -> binary.file().toString();
                },
                output);

        String said = Files.readString(output);
        System.out.print(said);
        assumeTrue(exitCode != NOT_HERE && exitCode != NO_EXECUTABLE, said);
        assertThat(exitCode).as(said).isZero();
        assertThat(said).contains("a node started, took a put, answered a get, and stopped");
    }

    private static int rootfs(String what, Path output) throws IOException, InterruptedException {
        var builder = new ProcessBuilder("native-build/rootfs.sh", what)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder.start().waitFor();
    }
}
