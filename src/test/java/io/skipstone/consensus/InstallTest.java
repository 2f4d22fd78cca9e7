package io.skipstone.consensus;

import static io.skipstone.consensus.TestGroup.get;
import static io.skipstone.consensus.TestGroup.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Command;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.StartDecision.Skip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A member that the log cannot bring up to date any more gets the store of another one, and goes on from there. */
class InstallTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path temp;

    @Nested
    class AFollowerThatWasAway {
        @Test
        void comesBackWithTheStoreOfAnotherMemberAndServes() throws Exception {
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts)) {
                String away = group.nodes().follower().status().nodeId();
                group.stop(away);
                group.writeAndPurge("k", 40);

                TestNode back = group.nodes().start(away).awaitReady();

                assertThat(back.events().installs).hasSize(1);
                assertThat(get(back, "k39")).isPresent();
                group.nodes().awaitLeader().put("after", "install").get();
                assertThat(get(back, "after")).contains("install");
            }
        }

        @Test
        void skipsWhenItIsStartedAgainAtOnce() throws Exception {
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts)) {
                String away = group.nodes().follower().status().nodeId();
                group.stop(away);
                group.writeAndPurge("k", 40);
                TestNode back = group.nodes().start(away);
                await().atMost(PATIENCE).until(() -> !back.events().installs.isEmpty());
                group.stop(away);

                group.nodes().start(away).awaitReady();

                assertThat(group.home(away).decision()).isInstanceOf(Skip.class);
                assertThat(group.nodes().node(away).events().installs).isEmpty();
                assertThat(get(group.nodes().node(away), "k39")).isPresent();
            }
        }
    }

    @Nested
    class AMemberThatWasAwayWhenLeasesWereGranted {
        @Test
        void hasThemWithTheirKeysAndEndsThemWhenItLeads() throws Exception {
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts)) {
                String away = group.nodes().follower().status().nodeId();
                group.stop(away);
                TestNode leader = group.nodes().awaitLeader();
                propose(leader, new Command.GrantLease(7, 600, 10, 10));
                propose(leader, new Command.GrantLease(8, 600, 10, 10));
                propose(leader, Txn.of(new Operation.Put(Key.utf8("a"), Bytes.utf8("v"), 0, 7)));
                group.writeAndPurge("k", 40);

                TestNode back = group.nodes().start(away).awaitReady();

                assertThat(back.events().installs).hasSize(1);
                assertThat(leases(back)).hasSize(2).isEqualTo(leases(leader));
                group.nodes().handOver(away);
                assertThat(result(back.raft().leases().timeToLive(8)).remainingMillis())
                        .isBetween(1L, 600_000L);
                assertThat(propose(back, new Command.RevokeLease(7)))
                        .isInstanceOfSatisfying(Outcome.LeaseRevoked.class, revoked -> assertThat(revoked.keys())
                                .isEqualTo(1));
                assertThat(get(leader, "a")).isEmpty();
                assertThat(leases(back)).hasSize(1);
            }
        }

        private static Outcome propose(TestNode node, Command command) throws Exception {
            return node.propose(command).get(60, TimeUnit.SECONDS);
        }

        private static List<GrantedLease> leases(TestNode node) {
            return result(node.raft().reader().leases(0, 10, Consistency.LOCAL)).value();
        }
    }

    /** Whoever was down when the lead changed: each term begins a segment of the log, and logs are purged by segments. */
    @Nested
    class AFollowerThatEndsRightBeforeTheLogOfTheLeader {
        private static final int MAX_TRIES = 10;
        private static final Duration IDLE = Duration.ofMillis(2 * ClockCeiling.RENEW_EVERY_MILLIS);

        @Test
        void comesBackAlthoughTheLeaderHasForgottenTheTermOfItsLastEntry() throws Exception {
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts)) {
                String away = stopOneRightBeforeATerm(group);
                group.writeAndPurge("after", 3);

                TestNode back = group.nodes().start(away).awaitReady();

                assertThat(get(back, "after2")).isPresent();
            }
        }

        /** A change of leaders that nobody asked for may come in between; then it is tried again. */
        private static String stopOneRightBeforeATerm(LmdbGroup group) throws Exception {
            for (int i = 0; i < MAX_TRIES; i++) {
                group.writeAndPurge("before", 1);
                long last = lastIndexOfAllOnceIdle(group);
                String away = group.nodes().follower().status().nodeId();
                group.stop(away);
                group.nodes().handOver(group.nodes().follower().status().nodeId());
                group.writeAndPurge("term", 1);
                if (group.nodes().awaitLeader().status().logStart() == last + 1) {
                    return away;
                }
                group.nodes().start(away).awaitReady();
            }
            throw new AssertionError("no log began right behind the member that was down");
        }

        /** The clock writes an entry in the second after it was used, and none in an idle group. */
        private static long lastIndexOfAllOnceIdle(LmdbGroup group) {
            var last = new AtomicLong();
            await().atMost(PATIENCE).during(IDLE).until(() -> {
                long[] indexes = indexes(group).toArray();
                return indexes.length == 1 && last.getAndSet(indexes[0]) == indexes[0];
            });
            return last.get();
        }

        private static LongStream indexes(LmdbGroup group) {
            return group.nodes().nodes().stream()
                    .map(TestNode::status)
                    .flatMapToLong(status -> LongStream.of(
                            status.logEnd(), status.applied().orElseThrow().index()))
                    .distinct();
        }
    }

    @Nested
    class AMemberThatIsTakenInAgain {
        /** It has not heard that it was removed, and has the log that the others have purged. */
        @Test
        void showsWhatItHoldsInsteadOfAskingForIt() throws Exception {
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts);
                    var network = new Partition()) {
                var newcomer = group.nodes().newcomer("n4");
                TestNode joiner = group.nodes().startJoiner("n4");
                TestNode leader = group.nodes().awaitLeader();
                result(leader.raft().cluster().add(newcomer.address()));
                group.write("k", 40);
                joiner.awaitReady();
                assertThat(get(joiner, "k39")).isPresent();
                network.cutOff("n4");
                result(leader.raft().cluster().remove("n4"));
                group.purge(leader);
                network.heal();

                result(leader.raft().cluster().add(newcomer.address()));

                leader.put("after", "it is back").get();
                assertThat(get(joiner, "after")).contains("it is back");
                assertThat(joiner.events().installs).isEmpty();
            }
        }
    }

    @Nested
    class ANewMember {
        @Test
        void getsTheStoreOfAnotherOneWhenTheLogIsPurged() throws Exception {
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts)) {
                group.writeAndPurge("k", 40);
                var newcomer = group.nodes().newcomer("n4");
                TestNode joiner = group.nodes().startJoiner("n4");

                result(group.nodes().awaitLeader().raft().cluster().add(newcomer.address()));

                joiner.awaitReady();
                assertThat(joiner.events().installs).hasSize(1);
                assertThat(get(joiner, "k39")).isPresent();
            }
        }
    }

    @Nested
    class AGroupThatGoesOnWriting {
        /** Otherwise each store is too old when it has come. */
        @Test
        void keepsTheLogBehindAStoreThatIsOnItsWay() throws Exception {
            var asked = new CountDownLatch(1);
            var mayGo = new CompletableFuture<Boolean>();
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> new SlowSource(artifacts, asked, mayGo))) {
                String away = group.nodes().follower().status().nodeId();
                group.stop(away);
                group.writeAndPurge("k", 40);
                TestNode back = group.nodes().start(away);
                assertThat(asked.await(60, TimeUnit.SECONDS)).isTrue();

                TestNode leader = group.nodes().awaitLeader();
                long logStart = leader.status().logStart();
                group.write("more", 40);
                group.purge(leader);
                // Ratis purges behind its answer; with the second one it has done so.
                group.write("once more", 1);
                group.purge(leader);
                assertThat(leader.status().logStart()).isEqualTo(logStart);

                mayGo.complete(true);
                back.awaitReady();
                assertThat(back.events().installs).hasSize(1);
                assertThat(get(back, "more39")).isPresent();
                group.writeAndPurge("last", 40);
                await("nothing is kept when it has come")
                        .atMost(PATIENCE)
                        .until(() -> leader.status().logStart() > logStart);
            }
        }
    }

    @Nested
    class AMemberThatLedAndWasCutOff {
        private static final int TAIL = 20;

        /** It has entries that were never agreed on; as long as the others know where it parted from them, they go on without a store. */
        @Test
        void isFollowedUpByTheLogAlsoWhenItIsNeededForAMajority() throws Exception {
            try (var group = new LmdbGroup(temp, 3, (_, artifacts) -> artifacts, 2 * TAIL);
                    var network = new Partition()) {
                group.write("before", 1);
                TestNode cutOff = group.nodes().awaitLeader();
                network.cutOff(cutOff.status().nodeId());
                long common = cutOff.status().logEnd();
                for (int i = 0; i < TAIL; i++) {
                    var _ = cutOff.put("lost" + i, "x".repeat(8 << 10));
                }
                await().atMost(PATIENCE).until(() -> cutOff.status().logEnd() >= common + Bundler.ON_THE_WAY);
                TestNode next = await().atMost(PATIENCE)
                        .until(() -> leaderBesides(group, cutOff), Optional::isPresent)
                        .orElseThrow();
                for (int i = 0; i < TAIL / 2; i++) {
                    next.put("kept" + i, "x".repeat(8 << 10)).get(30, TimeUnit.SECONDS);
                }
                for (TestNode node : group.nodes().nodes()) {
                    if (node != cutOff) {
                        group.purge(node);
                    }
                }
                String third = group.nodes().nodes().stream()
                        .filter(node -> node != cutOff && node != next)
                        .map(node -> node.status().nodeId())
                        .findFirst()
                        .orElseThrow();
                group.stop(third);
                network.heal();

                await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> next.put("after", "of two")
                        .get(10, TimeUnit.SECONDS));
                assertThat(cutOff.events().installs).isEmpty();
            }
        }

        private static Optional<TestNode> leaderBesides(LmdbGroup group, TestNode other) {
            return group.nodes().nodes().stream()
                    .filter(node -> node != other)
                    .filter(node ->
                            node.status().role() == Role.LEADER && node.status().isReady())
                    .findFirst();
        }
    }

    @Nested
    class AnInstallUnderWay {
        /** Whoever is named here makes no artifact, and does not say so. */
        private final AtomicReference<String> silent = new AtomicReference<>("");

        private final AtomicInteger asked = new AtomicInteger();

        private ArtifactSource orSilence(String nodeId, ArtifactSource artifacts) {
            return new SilentSource(artifacts, () -> {
                boolean isSilent = nodeId.equals(silent.get());
                asked.addAndGet(isSilent ? 1 : 0);
                return isSilent;
            });
        }

        @Test
        void goesOnElsewhereWhenTheLeaderDies() throws Exception {
            try (var group = new LmdbGroup(temp, 3, this::orSilence)) {
                String away = group.nodes().follower().status().nodeId();
                group.stop(away);
                group.writeAndPurge("k", 40);
                String leader = group.nodes().awaitLeader().status().nodeId();
                silent.set(leader);
                TestNode back = group.nodes().start(away);
                await().atMost(PATIENCE).until(() -> asked.get() > 0);

                group.stop(leader);

                await().atMost(PATIENCE).until(() -> !back.events().installs.isEmpty());
                back.awaitReady();
                assertThat(get(back, "k39")).isPresent();
                back.put("after", "install").get();
            }
        }
    }
}
