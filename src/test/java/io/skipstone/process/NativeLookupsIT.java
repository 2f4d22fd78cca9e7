package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.cli.client.Json;
import io.skipstone.nativeimage.AgentJar;
import io.skipstone.nativeimage.LeftOut;
import io.skipstone.nativeimage.Lookup;
import io.skipstone.nativeimage.Metadata;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All that servers and commands look up by name, in a life of a cluster, is in the metadata of the native image. So a version of Ratis,
 * lmdbjava or picocli that looks up one class more fails here, and not in production.
 *
 * <p>Watched is code of Ratis with its gRPC and Netty, of lmdbjava, jnr and jffi, of picocli, and ours. Other libraries come with
 * Quarkus, which registers for them. Exceptions to the rule are in {@link LeftOut}.
 */
class NativeLookupsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int VALUE_BYTES = 1_000_000;
    private static final int HEAP_MIB = 512;

    /** Several segments of 8 MiB, and a pin on the way, up to which the log is purged. */
    private static final int MORE_THAN_THE_LOG_KEEPS_BYTES = 36_000_000;

    /** As in the image, where jnr cannot make classes. */
    private static final String AS_IN_THE_IMAGE = " -Djnr.ffi.asm.enabled=false";

    @TempDir
    private Path temp;

    private Path found;
    private Map<String, String> watched;

    @Test
    void everyLookupByNameIsCovered() throws Exception {
        assumeThat(System.getProperty("skipstone.binary"))
                .as("a JVM is watched, not an executable")
                .isNull();
        found = temp.resolve("lookups.txt");
        watched = Map.of("JAVA_TOOL_OPTIONS", AgentJar.option(temp.resolve("agent.jar"), found) + AS_IN_THE_IMAGE);

        liveAlone();
        liveThroughAll();

        List<Lookup> lookups = Lookup.in(found);
        assertThat(lookups)
                .as("the agent sees what each start looks up")
                .anyMatch(lookup -> lookup.target().equals("org.apache.ratis.server.impl.ServerImplUtils"))
                .anyMatch(lookup -> lookup.kind().equals("proxy"));
        Metadata metadata = Metadata.read(Metadata.BUILT);
        assertThat(lookups.stream().filter(lookup -> !metadata.covers(lookup) && !LeftOut.includes(lookup)))
                .as("missing below src/main/resources/META-INF/native-image, see native-build/README.md")
                .isEmpty();
    }

    /** Starts fresh, is killed, skips the restore, and stops. */
    private void liveAlone() throws IOException {
        try (var alone = ServerProcess.start(temp.resolve("alone"), watched)) {
            var cli = new Skipstone(alone);
            cli.run("put", "a", "1");
            alone.kill();
            alone.restart();
            assertThat(cli.run("get", "a")).isEqualTo("1");
            assertThat(alone.log()).contains("cold start outcome=skipped");
            alone.stop();
        }
    }

    /** Forms a group, installs a store, changes members, moves the lead, starts again, backs up, and stops. */
    private void liveThroughAll() throws Exception {
        try (var group = ServerGroup.start(temp.resolve("group"), watched)) {
            var cli = new Skipstone(group.server(0));
            cli.run("put", "a", "1");
            ServerProcess away = group.others(group.awaitLeader()).getFirst();
            away.kill();
            ServerProcess leader = group.awaitLeader();
            writeMoreThanTheLogKeeps(leader);
            away.restart();
            assertThat(away.get(away.management() + "/q/metrics"))
                    .as("it got the store of another member")
                    .containsPattern("skipstone_install_time_seconds_count\\S* [1-9]");
            newMember(leader);
            backUp(leader);
            String next = group.server(0) == leader ? "n2" : "n1";
            new Skipstone(leader).run("cluster", "transfer-leader", next);
            group.servers().forEach(ServerProcess::stop);
        }
    }

    private void writeMoreThanTheLogKeeps(ServerProcess leader) throws IOException {
        Path value = Files.write(temp.resolve("value"), new byte[VALUE_BYTES]);
        var cli = new Skipstone(leader);
        for (int written = 0; written < MORE_THAN_THE_LOG_KEEPS_BYTES; written += VALUE_BYTES) {
            cli.run("put", "k" + written, "--file", value.toString());
        }
        cli.run("pin");
    }

    private void newMember(ServerProcess leader) throws IOException {
        Ports ports = Ports.free();
        var settings = new HashMap<>(watched);
        String peers = Json.parse(new Skipstone(leader)
                        .run("cluster", "members", "--json")
                        .getBytes(StandardCharsets.UTF_8))
                .path("members")
                .valueStream()
                .map(member -> member.path("nodeId").asText() + "="
                        + member.path("address").asText())
                .reduce("n4=127.0.0.1:" + ports.peer(), (all, one) -> all + "," + one);
        settings.put("SKIPSTONE_NODE_ID", "n4");
        settings.put("SKIPSTONE_PEERS", peers);
        try (var joiner = ServerProcess.launch(temp.resolve("n4"), ports, settings)) {
            var cli = new Skipstone(leader);
            await().atMost(PATIENCE)
                    .until(() -> cli.attempt("cluster", "add", "n4=127.0.0.1:" + ports.peer())
                                    .exitCode()
                            == 0);
            joiner.awaitReady();
            cli.run("cluster", "remove", "n4", "--yes");
        }
    }

    /** Commands in processes of their own: one asks a node, one reads a file, one opens a store. */
    private void backUp(ServerProcess node) throws Exception {
        Path snapshot = temp.resolve("snapshot");
        Path restored = temp.resolve("restored");
        command("snapshot", "save", snapshot.toString(), "--endpoint", node.endpoint());
        command("snapshot", "restore", snapshot.toString(), "--data-dir", restored.toString());
        command("inspect", restored.toString());
    }

    private void command(String... words) throws Exception {
        List<String> command = Executable.underTest().command(HEAP_MIB, Map.of(), List.of(words));
        Path log = temp.resolve("command.log");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(watched);
        Process process = builder.start();
        boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        process.destroyForcibly();
        assertThat(ended && process.exitValue() == 0)
                .as("%s: %s", command, Files.readString(log))
                .isTrue();
    }
}
