package io.skipstone.api.grpc;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.ClusterCalls;
import io.skipstone.api.grpc.v1.AddMemberRequest;
import io.skipstone.api.grpc.v1.AddMemberResponse;
import io.skipstone.api.grpc.v1.Cluster;
import io.skipstone.api.grpc.v1.Member;
import io.skipstone.api.grpc.v1.MembersRequest;
import io.skipstone.api.grpc.v1.MembersResponse;
import io.skipstone.api.grpc.v1.Membership;
import io.skipstone.api.grpc.v1.PromoteMemberRequest;
import io.skipstone.api.grpc.v1.PromoteMemberResponse;
import io.skipstone.api.grpc.v1.RemoveMemberRequest;
import io.skipstone.api.grpc.v1.RemoveMemberResponse;
import io.skipstone.api.grpc.v1.StepDownRequest;
import io.skipstone.api.grpc.v1.StepDownResponse;
import io.skipstone.api.grpc.v1.TransferLeaderRequest;
import io.skipstone.api.grpc.v1.TransferLeaderResponse;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.Optional;

/** {@code skipstone.v1.Cluster}. */
@GrpcService
public class ClusterService implements Cluster {
    private final Calls calls;
    private final ClusterCalls cluster;

    @Inject
    ClusterService(Calls calls, ClusterCalls cluster) {
        this.calls = calls;
        this.cluster = cluster;
    }

    @Override
    public Uni<MembersResponse> members(MembersRequest request) {
        return calls.answer(request, valid -> cluster.members().thenApply(group -> MembersResponse.newBuilder()
                .setMembership(membership(group))
                .build()));
    }

    @Override
    public Uni<AddMemberResponse> add(AddMemberRequest request) {
        return calls.answer(
                request, valid -> cluster.add(valid.getMember()).thenApply(group -> AddMemberResponse.newBuilder()
                        .setMembership(membership(group))
                        .build()));
    }

    @Override
    public Uni<PromoteMemberResponse> promote(PromoteMemberRequest request) {
        return calls.answer(request, valid -> cluster.promote(valid.getNodeId())
                .thenApply(group -> PromoteMemberResponse.newBuilder()
                        .setMembership(membership(group))
                        .build()));
    }

    @Override
    public Uni<RemoveMemberResponse> remove(RemoveMemberRequest request) {
        return calls.answer(
                request, valid -> cluster.remove(valid.getNodeId()).thenApply(group -> RemoveMemberResponse.newBuilder()
                        .setMembership(membership(group))
                        .build()));
    }

    @Override
    public Uni<TransferLeaderResponse> transferLeader(TransferLeaderRequest request) {
        return calls.answer(request, valid -> cluster.transferLeadership(to(valid))
                .thenApply(group -> TransferLeaderResponse.newBuilder()
                        .setMembership(membership(group))
                        .build()));
    }

    @Override
    public Uni<StepDownResponse> stepDown(StepDownRequest request) {
        return calls.answer(request, valid -> cluster.stepDown().thenApply(stepped -> StepDownResponse.newBuilder()
                .setLedBefore(stepped.ledBefore())
                .setMembership(membership(stepped.group()))
                .build()));
    }

    private static Optional<String> to(TransferLeaderRequest request) {
        return request.getTo().isEmpty() ? Optional.empty() : Optional.of(request.getTo());
    }

    private static Membership membership(io.skipstone.model.Membership group) {
        var answer = Membership.newBuilder()
                .setGroupId(group.groupId().toString())
                .setTerm(group.term())
                .setLogEnd(group.logEnd())
                .setSettled(group.isSettled());
        group.leader().ifPresent(leader -> answer.setLeader(leader.id().nodeId()));
        group.members().forEach(member -> answer.addMembers(member(member)));
        return answer.build();
    }

    private static Member member(io.skipstone.model.Member member) {
        var answer = Member.newBuilder()
                .setNodeId(member.id().nodeId())
                .setIncarnation(member.id().incarnation())
                .setAddress(member.address().authority())
                .setRole(role(member.role()))
                .setLeader(member.isLeader());
        member.matched().ifPresent(answer::setMatched);
        member.silentMillis().ifPresent(answer::setSilentMillis);
        member.client().ifPresent(answer::setClient);
        return answer.build();
    }

    private static Member.Role role(io.skipstone.model.Member.Role role) {
        return switch (role) {
            case VOTER -> Member.Role.ROLE_VOTER;
            case LEARNER -> Member.Role.ROLE_LEARNER;
        };
    }
}
