package io.skipstone.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.client.Json;
import io.skipstone.etcd.Programs.Running;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** etcd's own command line, as installed on this machine. */
public record Etcdctl(String endpoints) {
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(60);

    public static void assumeInstalled() {
        assumeThat(Programs.isInstalled("etcdctl"))
                .as("etcdctl is not installed: this test is skipped")
                .isTrue();
    }

    private List<String> command(String... words) {
        return Stream.concat(Stream.of("etcdctl", "--endpoints=" + endpoints), Stream.of(words))
                .toList();
    }

    public CliRun attempt(String... words) {
        return Programs.run(command(words), "", ENDS_WITHIN);
    }

    /** Runs a command that must succeed; returns what it printed. */
    public String run(String... words) {
        return typed("", words);
    }

    /** The same, with something on its standard input. */
    String typed(String input, String... words) {
        CliRun run = Programs.run(command(words), input, ENDS_WITHIN);
        assertThat(run.exitCode())
                .as("%s: %s%s", String.join(" ", words), run.out(), run.err())
                .isZero();
        return run.out();
    }

    /** What it said when it failed, which it must. */
    public String refused(String... words) {
        CliRun run = attempt(words);
        assertThat(run.exitCode())
                .as("%s: %s%s", String.join(" ", words), run.out(), run.err())
                .isNotZero();
        return run.err();
    }

    public JsonNode json(String... words) throws IOException {
        String printed =
                run(Stream.concat(Stream.of(words), Stream.of("-w", "json")).toArray(String[]::new));
        return Json.parse(printed.getBytes(StandardCharsets.UTF_8));
    }

    /** One that goes on beside the test. */
    Running start(String... words) throws IOException {
        return new Running(command(words));
    }
}
