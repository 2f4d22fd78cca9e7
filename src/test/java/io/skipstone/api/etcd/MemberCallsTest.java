package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.api.ClusterCalls;
import io.skipstone.api.ScriptedCluster;
import io.skipstone.api.Statuses;
import io.skipstone.api.etcd.v3.Member;
import io.skipstone.api.etcd.v3.MemberAddRequest;
import io.skipstone.api.etcd.v3.MemberListRequest;
import io.skipstone.api.etcd.v3.MemberPromoteRequest;
import io.skipstone.api.etcd.v3.MemberRemoveRequest;
import io.skipstone.api.etcd.v3.MoveLeaderRequest;
import io.skipstone.model.NodeStatus.Role;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.StatusSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Against a group that always answers the same. */
class MemberCallsTest {
    private final StatusSource status = () -> Statuses.of(Role.LEADER, Optional.of("n1"));
    private final ScriptedCluster group = new ScriptedCluster(ScriptedCluster.threeMembers());
    private final MemberCalls members = new MemberCalls(new EtcdHeader(status), new ClusterCalls(group, status));

    private static long number(String nodeId) {
        return EtcdIds.member(nodeId);
    }

    @Test
    void membersAreToldWithWhatIsKnownOfThem() {
        var list = members.list(MemberListRequest.getDefaultInstance())
                .toCompletableFuture()
                .join();

        assertThat(list.getMembersList())
                .containsExactly(
                        Member.newBuilder()
                                .setID(number("n1"))
                                .setName("n1")
                                .addPeerURLs("http://host1:2380")
                                .build(),
                        Member.newBuilder()
                                .setID(number("n2"))
                                .setName("n2")
                                .addPeerURLs("http://host2:2380")
                                .addClientURLs("http://host2:2379")
                                .build(),
                        Member.newBuilder()
                                .setID(number("n4"))
                                .setName("n4")
                                .addPeerURLs("http://host4:2380")
                                .setIsLearner(true)
                                .build());
    }

    @Test
    void aLearnerIsAddedAndStaysOne() {
        var added = members.add(MemberAddRequest.newBuilder()
                        .addPeerURLs("http://n4@host4:2380")
                        .setIsLearner(true)
                        .build())
                .toCompletableFuture()
                .join();

        assertThat(group.asked()).containsExactly("add n4=host4:2380");
        assertThat(added.getMember().getName()).isEqualTo("n4");
        assertThat(added.getMembersCount()).isEqualTo(3);
    }

    @Test
    void whoIsToVoteIsPromotedOnceItIsThere() {
        var _ = members.add(MemberAddRequest.newBuilder()
                        .addPeerURLs("http://n4.skipstone.svc:2380")
                        .build())
                .toCompletableFuture()
                .join();

        assertThat(group.asked()).containsExactly("add n4=n4.skipstone.svc:2380", "promote n4");
    }

    @Test
    void anotherNodeAtTheAddressIsAWrongUrl() {
        group.answerWith(CompletableFuture.failedStage(new BadRequest("member_unknown", "it is n5, not n4")));

        assertThatThrownBy(() -> members.add(MemberAddRequest.newBuilder()
                                .addPeerURLs("http://n4@host4:2380")
                                .build())
                        .toCompletableFuture()
                        .join())
                .hasMessageContaining(EtcdError.INVALID_MEMBER_URLS.text());
    }

    @Test
    void changesNameTheMemberByItsNumber() {
        var _ = members.promote(
                MemberPromoteRequest.newBuilder().setID(number("n4")).build());
        var _ = members.remove(
                MemberRemoveRequest.newBuilder().setID(number("n1")).build());
        var _ = members.moveLeader(
                MoveLeaderRequest.newBuilder().setTargetID(number("n2")).build());

        assertThat(group.asked())
                .containsExactly("members", "promote n4", "members", "remove n1", "members", "transfer to n2");
    }
}
