package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.api.rest.EventStream;
import io.skipstone.cli.CliRun;
import java.net.URI;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Watches of a packaged node: from a terminal, and when it stops. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class WatchCommandIT {
    @TempDir
    private Path dir;

    @Test
    void printsWhatWasAndWhatComes() throws Exception {
        try (var server = ServerProcess.start(dir)) {
            var cli = new Skipstone(server);
            cli.run("put", "a/1", "one\ntwo");
            cli.run("del", "a/1");
            cli.run("put", "b", "elsewhere");
            CompletableFuture<String> watched = CompletableFuture.supplyAsync(
                    () -> new Skipstone(server).run("watch", "--prefix", "a/", "--from", "rev:1", "--limit", "3"));
            cli.run("put", "a/2", "later");

            assertThat(watched.get(1, TimeUnit.MINUTES).lines())
                    .containsExactly("put\t1\ta/1\tone\\x0Atwo", "delete\t2\ta/1", "put\t4\ta/2\tlater");
            assertThat(cli.run("watch", "a/1", "--from", "rev:1", "--limit", "2", "--json", "--previous")
                            .lines()
                            .toList()
                            .getLast())
                    .contains("\"type\":\"delete\"", "\"previous\":{", "\"revision\":2");
        }
    }

    @Test
    void saysFromWhereAWatchIsPossible() throws Exception {
        try (var server = ServerProcess.start(dir)) {
            var cli = new Skipstone(server);
            cli.run("put", "a", "1");
            cli.run("put", "a", "2");
            cli.run("compact", "--at", "rev:2");

            CliRun refused = cli.attempt("watch", "a", "--from", "rev:1");

            assertThat(refused.exitCode()).isEqualTo(3);
            assertThat(refused.err()).contains("compacted", "revision 3");
        }
    }

    @Test
    void aNodeThatStopsEndsItsWatchesAndSaysWhereToGoOn() throws Exception {
        try (var server = ServerProcess.start(dir);
                EventStream events = EventStream.open(URI.create(server.endpoint()), "?prefix=a")) {
            events.next("started");
            new Skipstone(server).run("put", "a", "1");
            events.next("change");

            server.askToStop();

            var last = events.next("cancelled");
            assertThat(last.data().path("code").asText()).isEqualTo("node_leaving");
            assertThat(last.data().path("retryable").asBoolean()).isTrue();
            assertThat(last.data().path("resumeRevision").asLong()).isEqualTo(2);
            assertThat(server.awaitExit()).isEqualTo(143);
        }
    }
}
