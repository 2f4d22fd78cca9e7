package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.Status.Code;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.grpc.v1.AddMemberRequest;
import io.skipstone.api.grpc.v1.Member;
import io.skipstone.api.grpc.v1.MembersRequest;
import io.skipstone.api.grpc.v1.PromoteMemberRequest;
import io.skipstone.api.grpc.v1.RemoveMemberRequest;
import io.skipstone.api.grpc.v1.TransferLeaderRequest;
import org.junit.jupiter.api.Test;

/** A group of one, over gRPC; several nodes are the subject of {@code ClusterCliIT}. */
@QuarkusTest
@TestProfile(OneNode.class)
class ClusterOverGrpcTest extends GrpcTest {
    @Test
    void aGroupOfOneHasOneVoterThatLeads() {
        var group = cluster.members(MembersRequest.getDefaultInstance()).getMembership();

        assertThat(group.getGroupId()).isEqualTo(status.status().groupId().toString());
        assertThat(group.getLeader()).isEqualTo("n1");
        assertThat(group.getSettled()).isTrue();
        assertThat(group.getMembersList()).singleElement().satisfies(member -> {
            assertThat(member.getNodeId()).isEqualTo("n1");
            assertThat(member.getIncarnation()).matches("[0-9a-f]{16}");
            assertThat(member.getRole()).isEqualTo(Member.Role.ROLE_VOTER);
            assertThat(member.getLeader()).isTrue();
        });
    }

    @Test
    void refusalsAreTyped() throws InvalidProtocolBufferException {
        assertRefused(
                Code.ALREADY_EXISTS,
                "member_exists",
                () -> cluster.add(AddMemberRequest.newBuilder()
                        .setMember("n1=127.0.0.1:2380")
                        .build()));
        assertRefused(Code.INVALID_ARGUMENT, "bad_member", () -> cluster.add(AddMemberRequest.getDefaultInstance()));
        assertRefused(
                Code.NOT_FOUND,
                "member_unknown",
                () -> cluster.promote(
                        PromoteMemberRequest.newBuilder().setNodeId("n9").build()));
        assertRefused(
                Code.NOT_FOUND,
                "member_unknown",
                () -> cluster.remove(
                        RemoveMemberRequest.newBuilder().setNodeId("n9").build()));
        assertRefused(
                Code.INVALID_ARGUMENT,
                "would_lose_quorum",
                () -> cluster.remove(
                        RemoveMemberRequest.newBuilder().setNodeId("n1").build()));
        assertRefused(
                Code.INVALID_ARGUMENT,
                "bad_node_id",
                () -> cluster.transferLeader(
                        TransferLeaderRequest.newBuilder().setTo("n 2").build()));
    }
}
