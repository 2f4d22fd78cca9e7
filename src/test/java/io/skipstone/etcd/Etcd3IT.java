package io.skipstone.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.skipstone.cli.CliRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What npm's client for etcd does with Skipstone: {@code src/test/js/etcd3.mjs} on Node.js. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class Etcd3IT {
    private static final String PACKAGE = "etcd3@1.1.2";
    private static final Path FETCHED = Path.of("target", "etcd3");
    private static final Path SCRIPT = Path.of("src", "test", "js", "etcd3.mjs");
    private static final Duration FETCHED_WITHIN = Duration.ofMinutes(3);
    private static final Duration DONE_WITHIN = Duration.ofMinutes(2);

    @TempDir
    private Path dir;

    @Test
    void allIsWell() throws IOException {
        fetch();
        try (EtcdServers servers = EtcdServers.one(dir)) {
            CliRun run = Programs.run(
                    List.of(
                            "env",
                            "ENDPOINTS=" + servers.all(),
                            "MODULES=" + FETCHED.toAbsolutePath(),
                            "node",
                            SCRIPT.toString()),
                    "",
                    DONE_WITHIN);

            assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
            assertThat(run.out()).isEqualTo("all is well\n");
        }
    }

    private static void fetch() throws IOException {
        assumeThat(Programs.isInstalled("npm") && Programs.isInstalled("node"))
                .as("npm or node is not installed: without them %s cannot be run, and this test is skipped", PACKAGE)
                .isTrue();
        if (!Files.exists(FETCHED.resolve("node_modules").resolve("etcd3"))) {
            Files.createDirectories(FETCHED);
            CliRun npm = Programs.run(
                    List.of("npm", "install", "--no-save", "--ignore-scripts", "--prefix", FETCHED.toString(), PACKAGE),
                    "",
                    FETCHED_WITHIN);
            assertThat(npm.exitCode()).as(npm.out() + npm.err()).isZero();
        }
    }
}
