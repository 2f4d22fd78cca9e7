package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.Json;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.process.Executable;
import io.skipstone.process.Ports;
import io.skipstone.process.ServerProcess;
import io.skipstone.process.Skipstone;
import io.skipstone.store.StateHash;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * {@code snapshot restore}, halted at one failpoint: what it leaves is no node's directory and never taken for one; removed and
 * restored again, it is the node that the snapshot was made of.
 */
public final class RestoreRun {
    private static final int HEAP_MIB = 512;
    private static final int HALTS_WITHIN_SECONDS = 60;

    private final Failpoint point;
    private final SourceSnapshot source;
    private final Path target;
    private final Path output;

    public RestoreRun(Failpoint point, SourceSnapshot source, Path dir) {
        this.point = point;
        this.source = source;
        this.target = dir.resolve("data");
        this.output = dir.resolve("restore.log");
    }

    /** Runs it; throws what does not hold. */
    public void run() throws Exception {
        assertThat(restoreAsAProcess()).as(Files.readString(output)).isEqualTo(Failpoints.HALTED);
        assertThat(target.resolve("node.json")).doesNotExist();
        refusesToStart();
        assertThat(restore().exitCode()).as("onto what is left").isNotZero();
        remove();
        CliRun again = restore();
        assertThat(again.exitCode()).as(again.err()).isZero();
        startsAsTheNodeOfTheSnapshot();
    }

    private int restoreAsAProcess() throws IOException, InterruptedException {
        var words = List.of("snapshot", "restore", source.file().toString(), "--data-dir", target.toString());
        var builder = new ProcessBuilder(Executable.underTest().command(HEAP_MIB, Map.of(), words))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().put("SKIPSTONE_FAILPOINTS", point.id() + "=halt");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(HALTS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
            return process.exitValue();
        } finally {
            process.destroyForcibly();
        }
    }

    private void refusesToStart() throws IOException {
        try (var server = ServerProcess.launch(target, Ports.free(), Map.of())) {
            assertThat(server.awaitExit()).as(server.log()).isBetween(64, 78);
        }
    }

    private CliRun restore() {
        return Executable.underTest()
                .cli("snapshot", "restore", source.file().toString(), "--data-dir", target.toString());
    }

    private void remove() throws IOException {
        try (Stream<Path> files = Files.walk(target)) {
            assertThat(files.sorted(Comparator.reverseOrder()).map(Path::toFile).allMatch(File::delete))
                    .isTrue();
        }
    }

    private void startsAsTheNodeOfTheSnapshot() throws IOException {
        assertThat(hash()).isEqualTo(source.hash());
        try (var server = ServerProcess.start(target)) {
            var skipstone = new Skipstone(server);
            JsonNode coldStart = skipstone.status().path("coldStart");
            assertThat(coldStart.path("outcome").asText()).as("%s", coldStart).isEqualTo("skipped");
            assertThat(skipstone.count("")).isEqualTo(source.keys());
            skipstone.run("put", "written-later", "value");
            assertThat(server.stop()).isIn(0, 143);
            server.restart();
            assertThat(skipstone.run("get", "written-later")).isEqualTo("value");
        }
    }

    private StateHash hash() throws IOException {
        String answer = Executable.underTest()
                .cli("inspect", target.toString(), "--hash", "--json")
                .out();
        return new StateHash(
                Json.parse(answer.getBytes(StandardCharsets.UTF_8)).path("hash").asText());
    }
}
