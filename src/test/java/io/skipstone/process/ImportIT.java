package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Import, export and the rest of the command line against a real node. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ImportIT {
    private static final int RECORDS = 60_000;

    @TempDir
    private Path dir;

    @Test
    void goesOnWhereTheNodeWasKilledAndLeavesNothingOut() throws Exception {
        Path input = lines("in.tsv", RECORDS);
        try (var server = ServerProcess.start(dir.resolve("data"))) {
            var skipstone = new Skipstone(server);
            var importing = CompletableFuture.supplyAsync(
                    () -> skipstone.attempt("import", input.toString(), "--batch", "50", "--patience-seconds", "1"));
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(skipstone.count("k/"))
                    .isGreaterThan(3_000));

            server.kill();
            CliRun interrupted = importing.get(2, TimeUnit.MINUTES);

            assertThat(interrupted.exitCode()).as(interrupted.err()).isEqualTo(4);

            server.restart();
            CliRun resumed = skipstone.attempt("import", input.toString());

            assertThat(resumed.exitCode()).as(resumed.err()).isZero();
            assertThat(resumed.err()).contains("going on behind line");
            assertThat(resumed.out()).startsWith("imported 60,000 records (");
            assertThat(skipstone.count("k/")).isEqualTo(RECORDS);
        }
    }

    @Test
    void outlastsARestartOfTheNode() throws Exception {
        Path input = lines("in.tsv", RECORDS);
        try (var server = ServerProcess.start(dir.resolve("data"))) {
            var skipstone = new Skipstone(server);
            var importing = CompletableFuture.supplyAsync(
                    () -> skipstone.attempt("import", input.toString(), "--batch", "50", "--patience-seconds", "120"));
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(skipstone.count("k/"))
                    .isGreaterThan(3_000));

            server.kill();
            server.restart();
            CliRun done = importing.get(3, TimeUnit.MINUTES);

            assertThat(done.exitCode()).as(done.err()).isZero();
            assertThat(skipstone.count("k/")).isEqualTo(RECORDS);
            // One revision for each batch: none took effect twice, although some were sent twice.
            assertThat(skipstone.status().path("revision").asLong()).isEqualTo(RECORDS / 50);
        }
    }

    @Test
    void tellsBadLinesOfTheFileAndOfTheNodeApartAndImportsTheRest() throws Exception {
        String tooLarge = "x".repeat((1 << 20) + 1);
        Path input = Files.writeString(dir.resolve("in.jsonl"), """
                {"key":"a","value":"1"}
                not json
                {"key":"b","value":"%s"}
                {"keyBase64":"AP8=","valueBase64":"/w=="}
                {"key":"c","value":"3"}
                """.formatted(tooLarge));
        try (var server = ServerProcess.start(dir.resolve("data"))) {
            var skipstone = new Skipstone(server);

            CliRun run = skipstone.attempt("import", input.toString());

            assertThat(run.exitCode()).isEqualTo(1);
            assertThat(run.err()).contains("line 2: not well-formed JSON", "line 3: the node says: ");
            assertThat(run.out()).startsWith("imported 3 records, 2 rejected, up to revision ");
            assertThat(skipstone.run("scan")).isEqualTo("\\x00\\xFF\t\\xFF\na\t1\nc\t3\n");
        }
    }

    @Test
    void exportsWhatImportsToTheSameState() throws Exception {
        Path exported = dir.resolve("out.jsonl");
        try (var server = ServerProcess.start(dir.resolve("data"))) {
            var skipstone = new Skipstone(server);
            skipstone.run("import", lines("in.tsv", 3_000).toString());
            skipstone.run("put", "odd\\x00\\xFFkey", "line\nbreak");
            String checksum = skipstone.checksum("");
            skipstone.run("export", exported.toString());

            skipstone.run("del", "--all");
            assertThat(skipstone.run("scan")).isEmpty();
            skipstone.run("import", exported.toString());

            assertThat(skipstone.checksum("")).isEqualTo(checksum);
        }
    }

    @Test
    void speaksEveryCommand() throws Exception {
        try (var server = ServerProcess.start(dir.resolve("data"))) {
            var skipstone = new Skipstone(server);

            assertThat(skipstone.attempt("get", "a").exitCode()).isEqualTo(1);
            skipstone.run("put", "a", "first", "--if-absent");
            assertThat(skipstone.attempt("put", "a", "again", "--if-absent").exitCode())
                    .isEqualTo(1);
            assertThat(skipstone.run("get", "a")).isEqualTo("first");
            assertThat(skipstone.run("get", "a", "--show", "meta")).contains("skipstone-version: 1");
            skipstone.run("put", "a", "second", "--if-revision", "1");
            assertThat(skipstone.run("get", "a", "--at", "rev:1")).isEqualTo("first");
            assertThat(skipstone.attempt("get", "a", "--at", "nonsense").exitCode())
                    .isEqualTo(3);
            skipstone.run("put", "..", "dots", "--ttl", "1h");
            assertThat(skipstone.run("scan", "--reverse", "--keys-only")).isEqualTo("a\n..\n");
            Path txn = Files.writeString(dir.resolve("txn.json"), """
                    {"compare":[{"key":"a","target":"version","relation":"=","version":7}],
                     "then":[{"put":{"key":"b","value":"1"}}],"else":[{"get":{"key":"a"}}]}
                    """);
            CliRun failed = skipstone.attempt("txn", txn.toString());
            assertThat(failed.exitCode()).isEqualTo(1);
            assertThat(failed.out()).contains("\"succeeded\" : false", "second");
            assertThat(skipstone.run("del", "a")).startsWith("deleted 1, revision");
            assertThat(skipstone.attempt("del", "a").exitCode()).isEqualTo(1);
            assertThat(skipstone.run("pin")).startsWith("pinned at ");
            assertThat(skipstone.run("compact", "--at", "rev:2")).startsWith("the oldest moment");
            assertThat(skipstone.attempt("get", "a", "--at", "rev:1").err()).contains("410 compacted");
            assertThat(skipstone.run("status")).contains("coldStart.outcome", "fresh");
            assertThat(skipstone.run("bench", "--duration-seconds", "1", "--keys", "100"))
                    .contains("ops/s", "p99.9");
            assertThat(inspect(server).exitCode()).isEqualTo(3);

            server.stop();
            CliRun inspected = inspect(server);

            assertThat(inspected.exitCode()).as(inspected.err()).isZero();
            assertThat(inspected.out()).contains("state", "known", "applied", "rows.");
        }
    }

    private static CliRun inspect(ServerProcess server) {
        return Executable.underTest().cli("inspect", server.dataDir().toString());
    }

    private Path lines(String name, int count) throws IOException {
        String lines = IntStream.range(0, count)
                .mapToObj(n -> "k/%06d\tvalue %d\n".formatted(n, n))
                .collect(Collectors.joining());
        return Files.writeString(dir.resolve(name), lines);
    }
}
