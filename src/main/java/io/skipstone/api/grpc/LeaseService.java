package io.skipstone.api.grpc;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaseCalls;
import io.skipstone.api.LeaseCalls.TimeToLive;
import io.skipstone.api.grpc.v1.GrantLeaseRequest;
import io.skipstone.api.grpc.v1.GrantLeaseResponse;
import io.skipstone.api.grpc.v1.KeepLeaseAliveRequest;
import io.skipstone.api.grpc.v1.KeepLeaseAliveResponse;
import io.skipstone.api.grpc.v1.LeaseGrpc;
import io.skipstone.api.grpc.v1.LeaseInfo;
import io.skipstone.api.grpc.v1.LeaseTimeToLiveRequest;
import io.skipstone.api.grpc.v1.LeaseTimeToLiveResponse;
import io.skipstone.api.grpc.v1.ListLeasesRequest;
import io.skipstone.api.grpc.v1.ListLeasesResponse;
import io.skipstone.api.grpc.v1.RevokeLeaseRequest;
import io.skipstone.api.grpc.v1.RevokeLeaseResponse;
import io.skipstone.consensus.Leases.Alive;
import io.skipstone.model.GrantedLease;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** {@code skipstone.v1.Lease}. On grpc's own observers, as {@link SnapshotService} is: a client must not send more than is answered. */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class LeaseService extends LeaseGrpc.LeaseImplBase {
    private final Calls calls;
    private final LeaseCalls leases;
    private final Vertx vertx;

    @Inject
    LeaseService(Calls calls, LeaseCalls leases, Vertx vertx) {
        this.calls = calls;
        this.leases = leases;
        this.vertx = vertx;
    }

    @Override
    public void grant(GrantLeaseRequest request, StreamObserver<GrantLeaseResponse> client) {
        OneAnswer.send(
                calls.answer(request, valid -> leases.grant(valid.getId(), valid.getTtlSeconds())
                        .thenApply(granted -> GrantLeaseResponse.newBuilder()
                                .setId(granted.id())
                                .setTtlSeconds(granted.ttlSeconds())
                                .build())),
                client);
    }

    @Override
    public StreamObserver<KeepLeaseAliveRequest> keepAlive(StreamObserver<KeepLeaseAliveResponse> client) {
        return InTurn.begin(client, this::keepAlive, calls::status, vertx.getOrCreateContext());
    }

    private CompletionStage<KeepLeaseAliveResponse> keepAlive(KeepLeaseAliveRequest request) {
        UnknownFields.refuse(request);
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
    public void revoke(RevokeLeaseRequest request, StreamObserver<RevokeLeaseResponse> client) {
        OneAnswer.send(
                calls.answer(request, valid -> leases.revoke(valid.getId())
                        .thenApply(revoked -> RevokeLeaseResponse.newBuilder()
                                .setDeleted(revoked.keys())
                                .setRevision(revoked.revision())
                                .setCommitTs(revoked.commitTs().bits())
                                .build())),
                client);
    }

    @Override
    public void timeToLive(LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> client) {
        OneAnswer.send(
                calls.answer(request, valid -> leases.timeToLive(valid.getId(), valid.getKeys())
                        .thenApply(LeaseService::timeToLive)),
                client);
    }

    private static LeaseTimeToLiveResponse timeToLive(TimeToLive found) {
        var answer = LeaseTimeToLiveResponse.newBuilder()
                .setLease(info(found.alive().lease()))
                .setRemainingMillis(found.alive().remainingMillis());
        found.keys().forEach(key -> answer.addKeys(Answers.bytes(key.bytes())));
        return answer.build();
    }

    @Override
    public void list(ListLeasesRequest request, StreamObserver<ListLeasesResponse> client) {
        OneAnswer.send(
                calls.answer(request, valid -> {
                    long limit = valid.hasLimit() ? Integer.toUnsignedLong(valid.getLimit()) : leases.fullPage();
                    return leases.list(valid.getAfter(), limit).thenApply(page -> page(page.value(), limit));
                }),
                client);
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
