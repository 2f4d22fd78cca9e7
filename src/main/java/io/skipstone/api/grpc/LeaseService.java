package io.skipstone.api.grpc;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaseCalls;
import io.skipstone.api.LeaseCalls.TimeToLive;
import io.skipstone.api.grpc.v1.GrantLeaseRequest;
import io.skipstone.api.grpc.v1.GrantLeaseResponse;
import io.skipstone.api.grpc.v1.KeepLeaseAliveRequest;
import io.skipstone.api.grpc.v1.KeepLeaseAliveResponse;
import io.skipstone.api.grpc.v1.Lease;
import io.skipstone.api.grpc.v1.LeaseInfo;
import io.skipstone.api.grpc.v1.LeaseTimeToLiveRequest;
import io.skipstone.api.grpc.v1.LeaseTimeToLiveResponse;
import io.skipstone.api.grpc.v1.ListLeasesRequest;
import io.skipstone.api.grpc.v1.ListLeasesResponse;
import io.skipstone.api.grpc.v1.RevokeLeaseRequest;
import io.skipstone.api.grpc.v1.RevokeLeaseResponse;
import io.skipstone.consensus.Leases.Alive;
import io.skipstone.model.GrantedLease;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code skipstone.v1.Lease}. */
@GrpcService
public class LeaseService implements Lease {
    private final Calls calls;
    private final LeaseCalls leases;

    @Inject
    LeaseService(Calls calls, LeaseCalls leases) {
        this.calls = calls;
        this.leases = leases;
    }

    @Override
    public Uni<GrantLeaseResponse> grant(GrantLeaseRequest request) {
        return calls.answer(request, valid -> leases.grant(valid.getId(), valid.getTtlSeconds())
                .thenApply(granted -> GrantLeaseResponse.newBuilder()
                        .setId(granted.id())
                        .setTtlSeconds(granted.ttlSeconds())
                        .build()));
    }

    /** One at a time: a client that sends faster than it is answered waits. */
    @Override
    public Multi<KeepLeaseAliveResponse> keepAlive(Multi<KeepLeaseAliveRequest> requests) {
        return requests.onItem().transformToUniAndConcatenate(request -> calls.answer(request, this::keepAlive));
    }

    private CompletionStage<KeepLeaseAliveResponse> keepAlive(KeepLeaseAliveRequest request) {
        long id = request.getId();
        return leases.keepAlive(id)
                .handle((alive, failure) -> failure == null
                        ? CompletableFuture.completedFuture(alive(alive))
                        : isGone(failure)
                                ? CompletableFuture.completedFuture(gone(id))
                                : CompletableFuture.<KeepLeaseAliveResponse>failedFuture(failure))
                .thenCompose(Function.identity());
    }

    private static KeepLeaseAliveResponse alive(Alive alive) {
        return KeepLeaseAliveResponse.newBuilder()
                .setId(alive.lease().id())
                .setTtlSeconds(alive.lease().ttlSeconds())
                .build();
    }

    private static KeepLeaseAliveResponse gone(long id) {
        return KeepLeaseAliveResponse.newBuilder().setId(id).setGone(true).build();
    }

    private static boolean isGone(Throwable failure) {
        return ErrorMapping.refusal(failure).kind() == ErrorMapping.NOT_FOUND;
    }

    @Override
    public Uni<RevokeLeaseResponse> revoke(RevokeLeaseRequest request) {
        return calls.answer(
                request, valid -> leases.revoke(valid.getId()).thenApply(revoked -> RevokeLeaseResponse.newBuilder()
                        .setDeleted(revoked.keys())
                        .setRevision(revoked.revision())
                        .setCommitTs(revoked.commitTs().bits())
                        .build()));
    }

    @Override
    public Uni<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request) {
        return calls.answer(request, valid -> leases.timeToLive(valid.getId(), valid.getKeys())
                .thenApply(LeaseService::timeToLive));
    }

    private static LeaseTimeToLiveResponse timeToLive(TimeToLive found) {
        var answer = LeaseTimeToLiveResponse.newBuilder()
                .setLease(info(found.alive().lease()))
                .setRemainingMillis(found.alive().remainingMillis());
        found.keys().forEach(key -> answer.addKeys(Answers.bytes(key.bytes())));
        return answer.build();
    }

    @Override
    public Uni<ListLeasesResponse> list(ListLeasesRequest request) {
        return calls.answer(request, valid -> {
            long limit = valid.hasLimit() ? Integer.toUnsignedLong(valid.getLimit()) : leases.fullPage();
            return leases.list(valid.getAfter(), limit).thenApply(page -> page(page.value(), limit));
        });
    }

    private static ListLeasesResponse page(List<GrantedLease> page, long limit) {
        var answer = ListLeasesResponse.newBuilder();
        page.forEach(lease -> answer.addLeases(info(lease)));
        if (page.size() == limit) {
            answer.setNextAfter(page.getLast().id());
        }
        return answer.build();
    }

    private static LeaseInfo info(GrantedLease lease) {
        return LeaseInfo.newBuilder()
                .setId(lease.id())
                .setTtlSeconds(lease.ttlSeconds())
                .setGranted(lease.granted().bits())
                .setKeyCount(lease.keys())
                .setMaxKeys(lease.maxKeys())
                .build();
    }
}
