package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Command;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes: any of them answers, the leader counts, and its entries end leases on all of them. */
class LeasesInAGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path temp;

    @Test
    void aLeaseEndsOnAllNodesAndNotWhileItIsKeptAliveByAFollower() throws Exception {
        try (TestGroup group = TestGroup.of(temp, 3).awaitReady()) {
            TestNode leader = group.awaitLeader();
            grant(leader, 7, 2);
            grant(leader, 8, 2);
            attach(leader, "kept", 7);
            attach(leader, "abandoned", 8);
            TestNode follower = group.follower();

            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(200)).until(() -> {
                keepAlive(follower, 7);
                return group.nodes().stream().allMatch(node -> here(node, 8).isEmpty());
            });

            assertThat(TestGroup.get(follower, "kept")).isPresent();
            assertThat(TestGroup.get(follower, "abandoned")).isEmpty();
            assertThat(failure(follower, 8).code()).isEqualTo("lease_not_found");
        }
    }

    @Test
    void aNewLeaderCountsFromItsBeginning() throws Exception {
        try (TestGroup group = TestGroup.of(temp, 3).awaitReady()) {
            TestNode leader = group.awaitLeader();
            grant(leader, 7, 4);
            attach(leader, "a", 7);
            await().atMost(PATIENCE).until(() -> remainingMillis(leader, 7) < 2_500);

            long lostNanos = System.nanoTime();
            group.stop(leader.status().nodeId());
            TestNode next = group.awaitLeader();

            await().atMost(PATIENCE).until(() -> here(next, 7).isEmpty());
            assertThat(System.nanoTime() - lostNanos).isGreaterThanOrEqualTo(TimeUnit.SECONDS.toNanos(4));
            assertThat(TestGroup.get(next, "a")).isEmpty();
        }
    }

    @Test
    void aFollowersWordThatALeaseIsOverIsNotTaken() throws Exception {
        try (TestGroup group = TestGroup.of(temp, 3).awaitReady()) {
            TestNode leader = group.awaitLeader();
            var granted = (Outcome.LeaseGranted) grant(leader, 7, 60);

            var expire = new Command.ExpireLease(
                    7, granted.granted(), leader.status().term());

            assertThat(group.follower().propose(expire))
                    .failsWithin(60, SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(BadRequest.class);
        }
    }

    private static Outcome grant(TestNode node, long id, long ttlSeconds) throws Exception {
        return node.propose(new Command.GrantLease(id, ttlSeconds, 100, 100)).get(60, SECONDS);
    }

    private static void attach(TestNode node, String key, long lease) throws Exception {
        assertThat(node.propose(Txn.of(new Operation.Put(Key.utf8(key), Bytes.utf8("v"), 0, lease)))
                        .get(60, SECONDS))
                .isInstanceOf(Outcome.Committed.class);
    }

    private static void keepAlive(TestNode node, long id) {
        assertThat(TestGroup.result(node.raft().leases().keepAlive(id)).lease().id())
                .isEqualTo(id);
    }

    private static long remainingMillis(TestNode node, long id) {
        return TestGroup.result(node.raft().leases().timeToLive(id)).remainingMillis();
    }

    private static Optional<?> here(TestNode node, long id) {
        return TestGroup.result(node.raft().reader().lease(id, Consistency.LOCAL))
                .value();
    }

    private static BadRequest failure(TestNode node, long id) throws Exception {
        try {
            node.raft().leases().keepAlive(id).toCompletableFuture().get(60, SECONDS);
        } catch (ExecutionException failure) {
            return (BadRequest) failure.getCause();
        }
        throw new AssertionError("lease " + id + " lives");
    }
}
