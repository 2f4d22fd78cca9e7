package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.ReadAt;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * No read shows less than what was acknowledged before it began, or than what an earlier read has shown: behind barriers and under
 * leases (docs/decisions/0012-read-lease.md). What Ratis offers does: {@link RatisReadsTest}.
 */
@Timeout(180)
class ReadsThroughFaultsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String KEY = "key";

    @TempDir
    Path dir;

    private final Partition network = new Partition();

    @AfterEach
    void repairNetwork() {
        network.close();
    }

    private TestGroup three(boolean lease) throws Exception {
        return TestGroup.of(dir, 3, setup -> setup.limits(Impatient.LIMITS).readLease(lease))
                .awaitReady();
    }

    private static String name(TestNode node) {
        return node.status().nodeId();
    }

    /** What a linearizable read shows; empty when it is refused. */
    private static Optional<String> read(TestNode node) {
        return node.raft()
                .reader()
                .get(Key.utf8(KEY), ReadAt.LATEST, Consistency.LINEARIZABLE)
                .toCompletableFuture()
                .handle((answer, failure) -> failure != null
                        ? Optional.<String>empty()
                        : answer.value().map(found -> found.value().toUtf8()))
                .join();
    }

    private static void write(TestNode node, String value) {
        await().atMost(PATIENCE)
                .ignoreException(CompletionException.class)
                .ignoreException(ExecutionException.class)
                .until(() -> node.put(KEY, value).get(20, SECONDS) != null);
    }

    /** The leader that the others have, or will have, while that one is cut off. */
    private static TestNode awaitOtherLeader(TestGroup group, String old) {
        return await().atMost(PATIENCE)
                .until(
                        () -> group.nodes().stream()
                                .filter(node -> !name(node).equals(old))
                                .filter(node -> node.status().role() == Role.LEADER)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @Nested
    class ALeaderThatIsCutOff {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void showsNothingOlderThanWhatTheOthersHaveAcknowledged(boolean lease) throws Exception {
            try (var group = three(lease)) {
                TestNode old = group.awaitLeader();
                write(old, "before");
                assertThat(read(old)).hasValue("before");

                network.cutOff(name(old));
                TestNode next = awaitOtherLeader(group, name(old));
                write(next, "after");

                for (int i = 0; i < 5; i++) {
                    assertThat(read(old)).isNotEqualTo(Optional.of("before"));
                }
                network.heal();
                await().atMost(PATIENCE).until(() -> read(old).equals(Optional.of("after")));
            }
        }

        @Test
        void goesOnAnsweringUnderItsLease() throws Exception {
            try (var group = three(true)) {
                TestNode leader = group.awaitLeader();
                write(leader, "before");
                await().atMost(PATIENCE).until(() -> {
                    boolean seen = read(leader).isPresent();
                    network.cutOff(name(leader));
                    boolean seenAlone = read(leader).isPresent();
                    network.heal();
                    return seen && seenAlone;
                });
            }
        }
    }

    @Nested
    class ALeaderThatHandsOver {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void andIsCutOffInThatMomentShowsNothingOld(boolean lease) throws Exception {
            try (var group = three(lease)) {
                TestNode old = group.awaitLeader();
                TestNode next = group.follower();
                write(old, "before");
                assertThat(read(old)).hasValue("before");

                network.cutOffAtHandOver();
                var handOver = old.raft().cluster().transferLeadership(Optional.of(name(next)));
                await().atMost(PATIENCE).until(() -> next.status().role() == Role.LEADER);
                write(next, "after");

                assertThat(read(old)).isNotEqualTo(Optional.of("before"));
                network.heal();
                assertThat(handOver.handle((_, _) -> true).toCompletableFuture())
                        .succeedsWithin(PATIENCE);
                await().atMost(PATIENCE).until(() -> read(old).equals(Optional.of("after")));
            }
        }
    }

    @Nested
    class EveryNode {
        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void showsWhatWasAcknowledgedOrShownBeforeThroughElectionsAndRestarts(boolean lease) throws Exception {
            try (var group = three(lease);
                    var history = new ReadHistory(group)) {
                history.awaitProgress();

                String cut = name(group.awaitLeader());
                network.cutOff(cut);
                awaitOtherLeader(group, cut);
                history.awaitProgress();
                network.heal();
                history.awaitProgress();

                String follower = name(group.follower());
                group.handOver(follower);
                history.awaitProgress();

                String restarted = name(group.follower());
                group.stop(restarted);
                group.start(restarted);
                network.cutOff(name(group.awaitLeader()));
                history.awaitProgress();
                network.heal();
                history.awaitProgress();

                history.stop();
                assertThat(history.violations()).isEmpty();
            }
        }
    }
}
