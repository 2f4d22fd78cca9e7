package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A command that asks a node is a small program, although it comes in the same file as the server. */
class ClientCommandIT {
    private static final long ENDS_WITHIN_SECONDS = 60;
    private static final int HEAP_MIB = 64;

    @TempDir
    private Path dir;

    @Test
    void loadsNeitherTheStoreNorTheServer() throws Exception {
        assumeThat(System.getProperty("skipstone.binary"))
                .as("a JVM says what it loads")
                .isNull();
        Path loaded = dir.resolve("loaded.txt");

        try (var server = ServerProcess.start(dir.resolve("data"))) {
            put(server, "-Xlog:class+load:file=" + loaded);
            assertThat(new Skipstone(server).run("get", "key")).isEqualTo("value");
        }

        assertThat(Files.readString(loaded))
                .contains("io.skipstone.cli.")
                .doesNotContain(" org.lmdbjava.", " jnr.ffi.", " org.apache.ratis.", " io.vertx.", " io.netty.")
                .doesNotContain(
                        " io.skipstone.store.Lmdb", " io.skipstone.consensus.", " io.skipstone.node.RunningNode");
    }

    private static void put(ServerProcess server, String option) throws IOException, InterruptedException {
        List<String> words = List.of("put", "key", "value", "--endpoint", server.endpoint());
        var builder = new ProcessBuilder(Executable.underTest().command(HEAP_MIB, Map.of(), words)).inheritIO();
        builder.environment().put("JAVA_TOOL_OPTIONS", option);
        Process process = builder.start();
        boolean ended = process.waitFor(ENDS_WITHIN_SECONDS, TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0).as("%s", words).isTrue();
    }
}
