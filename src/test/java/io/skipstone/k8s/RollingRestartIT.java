package io.skipstone.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.condition.OS.LINUX;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kubectl rollout restart} of three nodes, configured, probed and stopped as the manifests say: nobody outside notices. On Linux,
 * where each pod has a loopback address of its own.
 */
@EnabledOnOs(LINUX)
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class RollingRestartIT {
    private static final int WARM_UP_REQUESTS = 200;

    @TempDir
    private Path dir;

    @Test
    void failsNoRequestOfClientsThatRetryNothing() throws Exception {
        try (var cluster = new PlayedCluster(Manifests.of("three"), dir)) {
            cluster.awaitAllReady();
            var load = new SteadyLoad(cluster.service());
            await().atMost(Duration.ofMinutes(1)).until(() -> load.requests() >= WARM_UP_REQUESTS);

            long begin = System.nanoTime();
            cluster.rollingRestart();
            long nanos = System.nanoTime() - begin;
            load.end();

            System.out.printf("rolling restart of three nodes: %.1f s; %s%n", (double) nanos / 1e9, load.summary());
            assertThat(load.failures()).as(cluster::logs).isEmpty();
            cluster.assertNoFaults();
        }
    }
}
