package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.CommandCodec;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.consensus.peer.wire.PeerProto.MemberEntry;
import io.skipstone.model.Founder;
import io.skipstone.model.GroupOrigin;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FormingRoundTest {
    private static final PeerAddress A1 = PeerAddress.parse("n1=host1:2380");
    private static final PeerAddress A2 = PeerAddress.parse("n2=host2:2380");
    private static final PeerAddress A3 = PeerAddress.parse("n3=host3:2380");
    private static final List<PeerAddress> PEERS = List.of(A1, A2, A3);
    private static final MemberId N1 = MemberId.parse("n1.0000000000000001");
    private static final MemberId N2 = MemberId.parse("n2.0000000000000002");
    private static final MemberId N3 = MemberId.parse("n3.0000000000000003");
    private static final MemberId N2_BEFORE = MemberId.parse("n2.00000000000000ff");
    private static final UUID GROUP = new UUID(7, 8);
    private static final int NEWER_LOG = CommandCodec.VERSION + 1;

    private final FormingRound round = new FormingRound(N2, PEERS);

    @Nested
    class ANewGroup {
        @Test
        void isFormedWhenAllHaveAnswered() {
            var origin = round.decide(Map.of(A1, fresh(N1), A2, fresh(N2), A3, fresh(N3)), List.of());

            assertThat(origin).containsInstanceOf(GroupOrigin.Founded.class);
            assertThat(((GroupOrigin.Founded) origin.orElseThrow()).founders())
                    .containsExactly(new Founder(N1, A1), new Founder(N2, A2), new Founder(N3, A3));
        }

        @Test
        void isTheSameForEachOfThem() {
            var answers = Map.of(A1, fresh(N1), A2, fresh(N2), A3, fresh(N3));

            assertThat(new FormingRound(N1, PEERS).decide(answers, List.of()))
                    .isEqualTo(round.decide(answers, List.of()))
                    .isEqualTo(new FormingRound(N3, List.of(A3, A2, A1)).decide(answers, List.of()));
        }

        @Test
        void isAnotherOneAfterADiskWasLost() {
            var before = new FormingRound(N2_BEFORE, PEERS)
                    .decide(Map.of(A1, fresh(N1), A2, fresh(N2_BEFORE), A3, fresh(N3)), List.of());
            var after = round.decide(Map.of(A1, fresh(N1), A2, fresh(N2), A3, fresh(N3)), List.of());

            assertThat(before.orElseThrow().groupId())
                    .isNotEqualTo(after.orElseThrow().groupId());
        }

        @Test
        void waitsForTheLastOne() {
            assertThat(round.decide(Map.of(A1, fresh(N1), A2, fresh(N2)), List.of()))
                    .isEmpty();
        }
    }

    @Nested
    class AGroupThatIsThere {
        @Test
        void isTakenUpByAFounderThatWasSlow() {
            assertThat(round.decide(Map.of(A1, member(N1, N1, N2, N3), A2, fresh(N2)), List.of()))
                    .contains(new GroupOrigin.Founded(
                            GROUP, List.of(new Founder(N1, A1), new Founder(N2, A2), new Founder(N3, A3))));
        }

        @Test
        void isOnlyJoinedByANodeWhoseDiskWasLost() {
            var answers = Map.of(A1, member(N1, N1, N2_BEFORE, N3), A2, fresh(N2), A3, fresh(N3));

            assertThat(round.decide(answers, List.of())).contains(new GroupOrigin.Joined(GROUP));
            assertThat(round.predecessor(answers)).contains(N2_BEFORE);
        }

        @Test
        void isOnlyJoinedByANewNode() {
            var answers = Map.of(A1, member(N1, N1, N3), A2, fresh(N2));

            assertThat(round.decide(answers, List.of())).contains(new GroupOrigin.Joined(GROUP));
            assertThat(round.predecessor(answers)).isEmpty();
        }
    }

    @Nested
    class Refuses {
        @Test
        void aNodeOfAnotherName() {
            assertRefused(Map.of(A1, fresh(N3)), "the node at host1:2380 is n3, not n1");
        }

        @Test
        void twoNodesOfOneName() {
            assertRefused(Map.of(A2, fresh(N2_BEFORE)), "two nodes have this id");
        }

        @Test
        void otherPeers() {
            var other =
                    fresh(N1).toBuilder().clearPeers().addPeers(A1.toString()).build();

            assertRefused(Map.of(A1, other), "give all of them the same skipstone.peers");
        }

        @Test
        void otherPeersOfANodeThatHasGreetedAndIsGone() {
            var greeting = Greetings.of(N1, List.of(A1));

            assertThatThrownBy(() -> round.decide(Map.of(A2, fresh(N2)), List.of(greeting)))
                    .isInstanceOf(FormingRefusal.class)
                    .hasMessageContaining("node n1=host1:2380 was started with other peers (n1=host1:2380)");
        }

        @Test
        void nothingForAGreetingOfANodeThatHasGoneOnIntoTheGroup() {
            var greeting = Greetings.of(N1, List.of());

            assertThat(round.decide(Map.of(A2, fresh(N2)), List.of(greeting))).isEmpty();
        }

        @Test
        void nothingForAGreetingOfAStranger() {
            var greetings = List.of(
                    Greetings.of(MemberId.parse("n9.0000000000000009"), List.of(A1)),
                    Greetings.of(N2_BEFORE, List.of(A2)));

            assertThat(round.decide(Map.of(A2, fresh(N2)), greetings)).isEmpty();
        }

        @Test
        void twoGroups() {
            var other = member(N3, N3).toBuilder()
                    .setGroupId(Greetings.bytes(new UUID(1, 1)))
                    .build();

            assertRefused(Map.of(A1, member(N1, N1), A3, other), "belong to different groups");
        }

        @Test
        void anotherVersionOfTheProtocol() {
            assertRefused(
                    Map.of(A1, fresh(N1).toBuilder().setProtocol(9).build()), "speaks version 9 of the peer protocol");
        }

        @Test
        void anotherVersionOfTheLog() {
            assertRefused(
                    Map.of(A1, fresh(N1).toBuilder().setLogVersion(NEWER_LOG).build()),
                    "the node at n1=host1:2380 writes version " + NEWER_LOG + " of the log, this one version "
                            + CommandCodec.VERSION + "; run the same version");
        }

        /** The first one did not say so. */
        @Test
        void theFirstVersionOfTheLog() {
            assertRefused(Map.of(A1, fresh(N1).toBuilder().clearLogVersion().build()), "writes version 1 of the log");
        }

        @Test
        void anotherVersionOfTheLogInAGroupThatIsThere() {
            assertRefused(
                    Map.of(
                            A1,
                            member(N1, N1, N2).toBuilder()
                                    .setLogVersion(NEWER_LOG)
                                    .build()),
                    "writes version " + NEWER_LOG + " of the log");
        }

        private void assertRefused(Map<PeerAddress, Introduction> answers, String says) {
            assertThatThrownBy(() -> round.decide(answers, List.of()))
                    .isInstanceOf(FormingRefusal.class)
                    .hasMessageContaining(says);
        }
    }

    private static Introduction fresh(MemberId id) {
        return Greetings.introduce(id, PEERS, "client:2379").build();
    }

    /** An answer from a group with these members. */
    private static Introduction member(MemberId id, MemberId... members) {
        var addresses = new HashMap<String, PeerAddress>();
        PEERS.forEach(peer -> addresses.put(peer.nodeId(), peer));
        var answer = Greetings.introduce(id, PEERS, "client:2379").setGroupId(Greetings.bytes(GROUP));
        for (MemberId member : members) {
            answer.addMembers(MemberEntry.newBuilder()
                    .setNodeId(member.nodeId())
                    .setIncarnation(member.incarnation())
                    .setAddress(addresses.get(member.nodeId()).authority()));
        }
        return answer.build();
    }
}
