package io.skipstone.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.skipstone.chaos.check.Linearizability;
import io.skipstone.chaos.check.Verdict;
import io.skipstone.chaos.client.Claim;
import io.skipstone.chaos.client.Workload;
import io.skipstone.chaos.cluster.ChaosCluster;
import io.skipstone.chaos.cluster.Directories;
import io.skipstone.chaos.cluster.Network;
import io.skipstone.chaos.history.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever happens to a cluster of three, its clients are told what one store, doing one action after the other, would have told them; and
 * in the end all nodes hold the same.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class ChaosIT {
    private static final Duration RAGE = Duration.ofSeconds(Integer.getInteger("chaos.seconds", 15));
    private static final Path KEPT = Path.of("target", "chaos");

    @BeforeEach
    void needsLinux() {
        assumeTrue(Network.isPossible(), "needs Linux, which tells whose a connection is");
    }

    /** Fixed ones, and one that nobody has seen. */
    static LongStream seeds() {
        Long named = Long.getLong("skipstone.seed");
        return named != null
                ? LongStream.of(named)
                : LongStream.of(1, ThreadLocalRandom.current().nextInt(1, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aClusterGivesTheAnswersOfOneStore(long seed) throws Exception {
        play(seed);
    }

    /** {@code -Pchaos}: one round after the other. */
    @Test
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    @EnabledIfSystemProperty(named = "chaos.minutes", matches = "[1-9]\\d*")
    void itDoesForAsLongAsAsked() throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.getLong("chaos.minutes"));
        long first = Long.getLong("skipstone.seed", ThreadLocalRandom.current().nextInt(1, 1_000_000) * 1_000L);
        List<Round.Report> reports = new ArrayList<>();
        while (System.nanoTime() < end) {
            reports.add(play(first + reports.size()));
        }
        System.out.println(Round.Report.sum(reports));
    }

    /** The whole chain must be able to fail: here a promise is broken, by asking for less than is written down. */
    @Test
    void readsOfAReplicaThatIsCutOffAreNotTakenForLinearizable() throws Exception {
        Path directory = fresh(KEPT.resolve("deceived"));
        try (var cluster = ChaosCluster.start(directory, Map.of(), Map.of());
                var history = new History(directory.resolve("history.jsonl"))) {
            try (var workload = new Workload(1, cluster.endpoints(), history, Claim.LOCAL_READS_ARE_LINEARIZABLE)) {
                String leader = cluster.leader().orElseThrow().name();
                String victim = cluster.names().stream()
                        .filter(name -> !name.equals(leader))
                        .findFirst()
                        .orElseThrow();
                cluster.network().part(cluster.names(), (from, to) -> from.equals(victim) || to.equals(victim), true);

                await().atMost(Duration.ofMinutes(2))
                        .untilAsserted(() -> assertThat(new Linearizability(Map.of()).check(history.operations()))
                                .hasAtLeastOneElementOfType(Verdict.Violation.class));
                cluster.network().heal();
                cluster.awaitWhole();
                workload.stop();
            }
            cluster.awaitQuiet();

            assertThat(Judgement.of(history.operations(), cluster.killAllAndRead()))
                    .anyMatch(broken -> broken.contains("REVISIONS_FOLLOW_REAL_TIME"))
                    .anyMatch(broken -> broken.contains("no order explains the answers"));
        }
        Directories.delete(directory);
    }

    private static Path fresh(Path directory) throws IOException {
        Directories.delete(directory);
        return Files.createDirectories(directory.toAbsolutePath());
    }

    private static Round.Report play(long seed) throws Exception {
        Path directory = fresh(KEPT.resolve(Long.toString(seed)));

        Round.Report report = new Round(directory, seed, RAGE).run();

        System.out.println("-Dskipstone.seed=" + seed + ": " + report);
        assertThat(report.broken())
                .as("-Dskipstone.seed=%d; history, diary, logs and data are in %s", seed, directory)
                .isEmpty();
        Directories.delete(directory);
        return report;
    }
}
