package io.skipstone.consensus;

import static io.skipstone.consensus.TestGroup.get;
import static io.skipstone.consensus.TestGroup.result;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.CommandCodec;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.store.SortedMapStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GroupOfManyTest {
    @TempDir
    private Path temp;

    @Nested
    class AnyNode {
        @Test
        void takesWritesAndShowsThemAtOnceEverywhere() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                for (int i = 0; i < 5; i++) {
                    for (TestNode writer : group.nodes()) {
                        String value = writer.status().nodeId() + "/" + i;
                        writer.put("key", value).get(20, SECONDS);
                        for (TestNode reader : group.nodes()) {
                            assertThat(get(reader, "key")).contains(value);
                        }
                    }
                }
            }
        }

        @Test
        void answersWhileTheLeaderChanges() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                String leader = group.awaitLeader().status().nodeId();
                TestNode other = group.follower();
                other.put("key", "before").get(20, SECONDS);

                group.stop(leader);
                CompletableFuture<?> put = other.put("key", "after");

                put.get(30, SECONDS);
                assertThat(get(other, "key")).contains("after");
                assertThat(other.status().leader()).isNotEqualTo(Optional.of(leader));
            }
        }

        @Test
        void comesBackAndHoldsWhatItMissed() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                String away = group.follower().status().nodeId();
                group.stop(away);
                group.awaitLeader().put("key", "missed").get(20, SECONDS);

                group.start(away).awaitReady();

                assertThat(get(group.node(away), "key")).contains("missed");
            }
        }
    }

    @Nested
    class ANodeWhoseDiskWasLost {
        @Test
        void neitherAcknowledgesNorVotesInTheNameOfTheMemberItWas() throws Exception {
            try (var group = TestGroup.of(temp, 3, setup -> setup.limits(Impatient.LIMITS))
                    .awaitReady()) {
                String leader = group.awaitLeader().status().nodeId();
                List<String> others = group.nodes().stream()
                        .map(node -> node.status().nodeId())
                        .filter(id -> !id.equals(leader))
                        .toList();
                others.forEach(group::stop);

                TestNode stranger = group.startWithoutItsDisk(others.getFirst());

                // Enough time for a leader to send what it has, or to be elected once more.
                for (int i = 0; i < 12; i++) {
                    assertThatThrownBy(
                                    () -> group.node(leader).put("key", "value").get(30, SECONDS))
                            .cause()
                            .isInstanceOf(SkipstoneException.class);
                }
                assertThat(stranger.status().logEnd()).isEqualTo(-1);
                assertThat(stranger.status().leader()).isEmpty();
            }
        }
    }

    @Nested
    class WithoutAMajority {
        @Test
        void neitherWritesNorReadsAreAnswered() throws Exception {
            try (var group = TestGroup.of(temp, 3, setup -> setup.limits(Impatient.LIMITS))
                    .awaitReady()) {
                group.stop("n1");
                group.stop("n2");

                assertThatThrownBy(() -> group.node("n3").put("key", "value").get(30, SECONDS))
                        .cause()
                        .isInstanceOf(SkipstoneException.class);
                assertThatThrownBy(() -> get(group.node("n3"), "key")).hasRootCauseInstanceOf(SkipstoneException.class);
            }
        }
    }

    @Nested
    class Members {
        @Test
        void areAddedAsLearnersAndPromoted() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                group.awaitLeader().put("key", "value").get(20, SECONDS);
                var newcomer = group.newcomer("n4");
                TestNode joiner = group.startJoiner("n4");

                Membership added = result(group.follower().raft().cluster().add(newcomer.address()));

                assertThat(added.named("n4").orElseThrow().role()).isEqualTo(Member.Role.LEARNER);
                joiner.awaitReady();
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> joiner.status().role() == Role.LISTENER);
                assertThat(get(joiner, "key")).contains("value");

                Membership promoted = await().atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .until(() -> result(joiner.raft().cluster().promote("n4")), it -> true);

                assertThat(promoted.members()).hasSize(4).allMatch(it -> it.role() == Member.Role.VOTER);
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> joiner.status().role() == Role.FOLLOWER);
            }
        }

        @Test
        void getTheLogAlsoAfterAnotherWasNotTakenIn() throws Exception {
            for (int voters : List.of(1, 3)) {
                try (var group =
                        TestGroup.of(temp.resolve("of" + voters), voters).awaitReady()) {
                    TestNode learner = addedLearner(group, "n4");

                    try (var _ = GreetedNode.of(group.newcomer("n5"), group.groupId())) {
                        assertRefused(group, it -> it.add(group.addressOf("n5")), "joiner_silent", "did not catch up");
                    }

                    group.awaitLeader().put("key", "after").get(20, SECONDS);
                    assertThat(get(learner, "key")).contains("after");
                    Membership promoted = await().atMost(Duration.ofSeconds(30))
                            .ignoreExceptions()
                            .until(() -> result(learner.raft().cluster().promote("n4")), _ -> true);
                    assertThat(promoted.named("n4").orElseThrow().role()).isEqualTo(Member.Role.VOTER);
                }
            }
        }

        @Test
        void areNotAddedWhileALearnerIsSilent() throws Exception {
            try (var group = TestGroup.of(temp, 1).awaitReady()) {
                var _ = addedLearner(group, "n4");
                group.stop("n4");
                await().atMost(Duration.ofSeconds(30))
                        .until(() -> silentMillis(group, "n4") > MembershipChanges.SILENT_MILLIS);
                group.newcomer("n5");
                var _ = group.startJoiner("n5");

                assertRefused(
                        group,
                        it -> it.add(group.addressOf("n5")),
                        "learner_silent",
                        "bring n4 back, or remove it first");

                result(group.awaitLeader().raft().cluster().remove("n4"));
                result(group.awaitLeader().raft().cluster().add(group.addressOf("n5")));
            }
        }

        @Test
        void areAddedOnceHoweverOftenItIsAskedFor() throws Exception {
            try (var group = TestGroup.of(temp, 1).awaitReady()) {
                var _ = addedLearner(group, "n4");
                Cluster cluster = group.awaitLeader().raft().cluster();

                Membership again = result(cluster.add(group.addressOf("n4")));

                assertThat(again.members()).hasSize(2);
                group.stop("n4");
                var _ = group.startWithoutItsDisk("n4");
                assertRefused(group, it -> it.add(group.addressOf("n4")), "member_exists", "remove it first");
            }
        }

        @Test
        void mayHaveChangedWhenTheLeaderLosesTheLeadMeanwhile() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady();
                    var partition = new Partition()) {
                String leader = group.awaitLeader().status().nodeId();
                String leaving = group.follower().status().nodeId();

                partition.cutOff(leader);

                assertThatThrownBy(
                                () -> result(group.node(leader).raft().cluster().remove(leaving)))
                        .rootCause()
                        .isInstanceOf(OutcomeUnknown.class)
                        .hasMessageContaining("look at the members");
                partition.heal();
            }
        }

        private static long silentMillis(TestGroup group, String nodeId) {
            Membership now = result(group.awaitLeader().raft().cluster().members());
            return now.named(nodeId).orElseThrow().silentMillis().orElse(0);
        }

        private static TestNode addedLearner(TestGroup group, String nodeId) throws IOException {
            var newcomer = group.newcomer(nodeId);
            TestNode learner = group.startJoiner(nodeId);
            result(group.awaitLeader().raft().cluster().add(newcomer.address()));
            return learner.awaitReady();
        }

        private static void assertRefused(
                TestGroup group, Function<Cluster, CompletionStage<Membership>> change, String code, String says) {
            assertThatThrownBy(
                            () -> result(change.apply(group.awaitLeader().raft().cluster())))
                    .rootCause()
                    .hasMessageContaining(says)
                    .extracting(it -> ((SkipstoneException) it).code())
                    .isEqualTo(code);
        }

        @Test
        void areRemovedTheLeaderToo() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                String leader = group.awaitLeader().status().nodeId();
                TestNode other = group.follower();

                Membership left = result(other.raft().cluster().remove(leader));

                assertThat(left.members()).hasSize(2);
                assertThat(left.named(leader)).isEmpty();
                other.put("key", "value").get(20, SECONDS);
            }
        }

        @Test
        void areNotRemovedWhenTheRestWouldHaveNoMajority() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                String leader = group.awaitLeader().status().nodeId();
                String away = group.follower().status().nodeId();
                group.stop(away);
                String third = group.nodes().stream()
                        .map(node -> node.status().nodeId())
                        .filter(id -> !id.equals(leader))
                        .findFirst()
                        .orElseThrow();

                assertThatThrownBy(
                                () -> result(group.node(leader).raft().cluster().remove(third)))
                        .rootCause()
                        .extracting(it -> ((SkipstoneException) it).code())
                        .isEqualTo("would_lose_quorum");
            }
        }

        @Test
        void areNotRemovedWhenTheRestAnswersAndDoesNotGetTheLog() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady();
                    var partition = new Partition()) {
                String leader = group.awaitLeader().status().nodeId();
                List<String> others = group.nodes().stream()
                        .map(node -> node.status().nodeId())
                        .filter(id -> !id.equals(leader))
                        .toList();

                partition.cutOff(others.getFirst());

                await().atMost(Duration.ofSeconds(30))
                        .until(() -> silentMillis(group, others.getFirst()) > MembershipChanges.SILENT_MILLIS);
                assertRefused(
                        group, it -> it.remove(others.getLast()), "would_lose_quorum", "only 1 of 2 voters answer");
                partition.heal();
            }
        }

        @Test
        void handTheLeadOver() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                String before = group.awaitLeader().status().nodeId();
                TestNode target = group.follower();

                result(target.raft()
                        .cluster()
                        .transferLeadership(Optional.of(target.status().nodeId())));

                await().atMost(Duration.ofSeconds(30))
                        .until(() -> target.status().role() == Role.LEADER);
                assertThat(target.status().nodeId()).isNotEqualTo(before);
                target.put("key", "value").get(20, SECONDS);
            }
        }

        @Test
        void areWaitedForWhileTheyHaveNotFoundTheGroup() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                var newcomer = group.newcomer("n4");
                var nobody = PeerAddress.parse("n5=127.0.0.1:9");
                Thread looking = Thread.ofPlatform().start(() -> {
                    try {
                        Forming.find(new Forming.Setup(
                                newcomer.id(),
                                List.of(newcomer.address(), nobody),
                                newcomer.address().host(),
                                newcomer.address().port(),
                                "127.0.0.1:1"));
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    } catch (InterruptedException stopped) {
                        Thread.currentThread().interrupt();
                    }
                });
                try {
                    assertThatThrownBy(() ->
                                    result(group.awaitLeader().raft().cluster().add(newcomer.address())))
                            .rootCause()
                            .isInstanceOf(NotReady.class)
                            .extracting(it -> ((SkipstoneException) it).code())
                            .isEqualTo("joiner_silent");
                } finally {
                    looking.interrupt();
                    looking.join();
                }
            }
        }

        @Test
        void areRefusedUnderAnIdThatIsTaken() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                assertNotAdded(group, PeerAddress.parse("n2=127.0.0.1:9"), "member_exists", "remove it first");
            }
        }

        @Test
        void areRefusedAtAnAddressWhereAnotherNodeAnswers() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                var newcomer = group.newcomer("n4");
                var _ = group.startJoiner("n4");
                var misnamed = new PeerAddress(
                        "n5", newcomer.address().host(), newcomer.address().port());

                assertNotAdded(group, misnamed, "member_unknown", "is n4, not n5");
            }
        }

        @Test
        void areRefusedFromAnotherGroup() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                var stranger = group.newcomer("n4");
                var setup = TestNode.over(temp.resolve("elsewhere"), new SortedMapStore())
                        .member(stranger, new GroupOrigin.Founded(new UUID(3, 4), List.of(stranger)));
                try (var elsewhere = setup.start()) {
                    elsewhere.awaitReady();

                    assertNotAdded(group, stranger.address(), "wrong_group", "start it with an empty data directory");

                    elsewhere.put("key", "its own").get(20, SECONDS);
                }
            }
        }

        @Test
        void areRefusedWhenTheyWriteAnotherVersionOfTheLog() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                var newcomer = group.newcomer("n4");
                var newer = Greetings.introduce(newcomer.id(), List.of(newcomer.address()), "127.0.0.1:1")
                        .setGroupId(Greetings.bytes(group.groupId()))
                        .setLogVersion(CommandCodec.VERSION + 1)
                        .build();
                try (var _ = new GreetedNode(newcomer.address(), newer)) {
                    assertNotAdded(
                            group,
                            newcomer.address(),
                            "wrong_version",
                            "writes version " + (CommandCodec.VERSION + 1) + " of the log, this one version "
                                    + CommandCodec.VERSION + "; run the same version of skipstone");
                }
            }
        }

        /** Refused in a way that tells the operator what to do, and the group is as it was. */
        private static void assertNotAdded(TestGroup group, PeerAddress joiner, String code, String says)
                throws Exception {
            assertThatThrownBy(() -> result(group.awaitLeader().raft().cluster().add(joiner)))
                    .rootCause()
                    .hasMessageContaining(says)
                    .extracting(it -> ((SkipstoneException) it).code())
                    .isEqualTo(code);
            assertThat(result(group.follower().raft().cluster().members()).members())
                    .hasSize(3);
            group.follower().put("key", "value").get(20, SECONDS);
        }
    }
}
