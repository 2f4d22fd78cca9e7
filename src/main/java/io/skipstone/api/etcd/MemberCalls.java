package io.skipstone.api.etcd;

import io.grpc.Status;
import io.skipstone.api.ClusterCalls;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.etcd.v3.MemberAddRequest;
import io.skipstone.api.etcd.v3.MemberAddResponse;
import io.skipstone.api.etcd.v3.MemberListRequest;
import io.skipstone.api.etcd.v3.MemberListResponse;
import io.skipstone.api.etcd.v3.MemberPromoteRequest;
import io.skipstone.api.etcd.v3.MemberPromoteResponse;
import io.skipstone.api.etcd.v3.MemberRemoveRequest;
import io.skipstone.api.etcd.v3.MemberRemoveResponse;
import io.skipstone.api.etcd.v3.MemberUpdateRequest;
import io.skipstone.api.etcd.v3.MemberUpdateResponse;
import io.skipstone.api.etcd.v3.MoveLeaderRequest;
import io.skipstone.api.etcd.v3.MoveLeaderResponse;
import io.skipstone.model.Member;
import io.skipstone.model.Membership;
import io.skipstone.model.SkipstoneException.NotReady;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Looks at the members, and changes of them, as etcd's API asks for them: by their numbers. Any thread. */
@Singleton
class MemberCalls {
    private final EtcdHeader header;
    private final ClusterCalls cluster;

    @Inject
    MemberCalls(EtcdHeader header, ClusterCalls cluster) {
        this.header = header;
        this.cluster = cluster;
    }

    CompletionStage<MemberListResponse> list(MemberListRequest request) {
        return cluster.members().thenApply(group -> MemberListResponse.newBuilder()
                .setHeader(header.now())
                .addAllMembers(MemberAnswers.members(group))
                .build());
    }

    /** The new member's node runs already and waits to be added: the group learns from it who it is. */
    CompletionStage<MemberAddResponse> add(MemberAddRequest request) {
        String joiner = PeerUrl.member(request.getPeerURLsList());
        String nodeId = joiner.substring(0, joiner.indexOf('='));
        return cluster.add(joiner)
                .exceptionallyCompose(failure -> CompletableFuture.failedStage(
                        isAnotherNode(failure) ? EtcdError.INVALID_MEMBER_URLS.refusal() : failure))
                .thenCompose(group -> request.getIsLearner()
                        ? CompletableFuture.completedStage(group)
                        : promoteIfItCan(group, nodeId))
                .thenApply(group -> added(group, nodeId));
    }

    /** The node that answers at the address has another name than the URL gives it. */
    private static boolean isAnotherNode(Throwable failure) {
        return ErrorMapping.refusal(failure).code().equals("member_unknown");
    }

    /** Whoever is added begins as a learner. One that has not caught up yet stays one for now: the answer says so. */
    private CompletionStage<Membership> promoteIfItCan(Membership added, String nodeId) {
        return cluster.promote(nodeId)
                .handle((group, failure) -> failure == null
                        ? CompletableFuture.completedFuture(group)
                        : unwrapped(failure) instanceof NotReady
                                ? CompletableFuture.completedFuture(added)
                                : CompletableFuture.<Membership>failedFuture(failure))
                .thenCompose(Function.identity());
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
    }

    private MemberAddResponse added(Membership group, String nodeId) {
        Member member = group.named(nodeId).orElseThrow(EtcdError.MEMBER_NOT_FOUND::refusal);
        return MemberAddResponse.newBuilder()
                .setHeader(header.now())
                .setMember(MemberAnswers.member(member))
                .addAllMembers(MemberAnswers.members(group))
                .build();
    }

    CompletionStage<MemberRemoveResponse> remove(MemberRemoveRequest request) {
        return named(request.getID(), EtcdError.MEMBER_NOT_FOUND)
                .thenCompose(cluster::remove)
                .thenApply(group -> MemberRemoveResponse.newBuilder()
                        .setHeader(header.now())
                        .addAllMembers(MemberAnswers.members(group))
                        .build());
    }

    CompletionStage<MemberPromoteResponse> promote(MemberPromoteRequest request) {
        return named(request.getID(), EtcdError.MEMBER_NOT_FOUND)
                .thenCompose(cluster::promote)
                .thenApply(group -> MemberPromoteResponse.newBuilder()
                        .setHeader(header.now())
                        .addAllMembers(MemberAnswers.members(group))
                        .build());
    }

    /** On whichever member it is asked for. */
    CompletionStage<MoveLeaderResponse> moveLeader(MoveLeaderRequest request) {
        return named(request.getTargetID(), EtcdError.BAD_LEADER_TRANSFEREE)
                .thenCompose(target -> cluster.transferLeadership(Optional.of(target)))
                .thenApply(_ ->
                        MoveLeaderResponse.newBuilder().setHeader(header.now()).build());
    }

    /** Members keep their addresses here, so the address that it has is the only one it can be given. */
    CompletionStage<MemberUpdateResponse> update(MemberUpdateRequest request) {
        return cluster.members().thenApply(group -> updated(group, request));
    }

    private MemberUpdateResponse updated(Membership group, MemberUpdateRequest request) {
        Member member = MemberAnswers.named(group, request.getID()).orElseThrow(EtcdError.MEMBER_NOT_FOUND::refusal);
        if (!request.getPeerURLsList().equals(List.of(MemberAnswers.peerUrl(member)))) {
            throw Status.UNIMPLEMENTED
                    .withDescription(
                            EtcdError.PREFIX
                                    + "a member keeps its address; remove it, and add its node anew with an empty data directory")
                    .asRuntimeException();
        }
        return MemberUpdateResponse.newBuilder()
                .setHeader(header.now())
                .addAllMembers(MemberAnswers.members(group))
                .build();
    }

    private CompletionStage<String> named(long number, EtcdError otherwise) {
        return cluster.members().thenApply(group -> MemberAnswers.named(group, number)
                .orElseThrow(otherwise::refusal)
                .id()
                .nodeId());
    }
}
