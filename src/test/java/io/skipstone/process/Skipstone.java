package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;

/** The command line, spoken to one node. */
public record Skipstone(ServerProcess server) {
    /** Runs a command that must succeed, and returns what it printed. */
    public String run(String... command) {
        CliRun run = attempt(command);
        assertThat(run.exitCode())
                .as("%s: %s", String.join(" ", command), run.err())
                .isZero();
        return run.out();
    }

    /** Runs a command. */
    public CliRun attempt(String... command) {
        return Executable.underTest()
                .cli(Stream.concat(Stream.of(command), Stream.of("--endpoint", server.endpoint()))
                        .toArray(String[]::new));
    }

    /** What {@code status} says. */
    public JsonNode status() throws IOException {
        return Json.parse(run("status", "--json").getBytes(StandardCharsets.UTF_8));
    }

    public long count(String prefix) {
        return Long.parseLong(run("scan", "--prefix", prefix, "--count").strip());
    }

    /** SHA-256 over all rows with this prefix. */
    public String checksum(String prefix) {
        return run("export", "--prefix", prefix, "--checksum").strip();
    }
}
