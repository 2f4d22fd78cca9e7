package io.skipstone.api.etcd;

import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.LeaseCalls;
import io.skipstone.api.LeaseCalls.TimeToLive;
import io.skipstone.api.etcd.v3.LeaseGrantRequest;
import io.skipstone.api.etcd.v3.LeaseGrantResponse;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LeaseKeepAliveRequest;
import io.skipstone.api.etcd.v3.LeaseKeepAliveResponse;
import io.skipstone.api.etcd.v3.LeaseLeasesRequest;
import io.skipstone.api.etcd.v3.LeaseLeasesResponse;
import io.skipstone.api.etcd.v3.LeaseRevokeRequest;
import io.skipstone.api.etcd.v3.LeaseRevokeResponse;
import io.skipstone.api.etcd.v3.LeaseStatus;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveRequest;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveResponse;
import io.skipstone.api.grpc.CancelsOfClients;
import io.skipstone.api.grpc.InTurn;
import io.skipstone.api.grpc.OneAnswer;
import io.skipstone.model.GrantedLease;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * {@code etcdserverpb.Lease}: the leases of the store, with ids from 1. On grpc's own observers: a client must not send more keep-alives than
 * are answered.
 */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class LeaseService extends LeaseGrpc.LeaseImplBase {
    /** Stands for the time that a lease has left which is not there. */
    static final long NO_LEASE = -1;

    /** Most leases in one answer, which has no pages: with more of them it is refused. They stay below 4 MiB. */
    static final int MOST_LISTED = 250_000;

    private final EtcdCalls calls;
    private final EtcdHeader header;
    private final LeaseCalls leases;
    private final Vertx vertx;

    @Inject
    LeaseService(EtcdCalls calls, EtcdHeader header, LeaseCalls leases, Vertx vertx) {
        this.calls = calls;
        this.header = header;
        this.leases = leases;
        this.vertx = vertx;
    }

    @Override
    public void leaseGrant(LeaseGrantRequest request, StreamObserver<LeaseGrantResponse> client) {
        OneAnswer.send(calls.answer(request, this::grant), client);
    }

    @Override
    public void leaseRevoke(LeaseRevokeRequest request, StreamObserver<LeaseRevokeResponse> client) {
        OneAnswer.send(calls.answer(request, this::revoke), client);
    }

    @Override
    public StreamObserver<LeaseKeepAliveRequest> leaseKeepAlive(StreamObserver<LeaseKeepAliveResponse> client) {
        return InTurn.begin(client, this::keepAlive, EtcdCalls::status, vertx.getOrCreateContext());
    }

    @Override
    public void leaseTimeToLive(LeaseTimeToLiveRequest request, StreamObserver<LeaseTimeToLiveResponse> client) {
        OneAnswer.send(calls.answer(request, this::timeToLive), client);
    }

    @Override
    public void leaseLeases(LeaseLeasesRequest request, StreamObserver<LeaseLeasesResponse> client) {
        OneAnswer.send(calls.answer(request, asked -> list(0, LeaseLeasesResponse.newBuilder())), client);
    }

    /** A time to live that is too short, even none or less, is granted as the shortest there is. */
    private CompletionStage<LeaseGrantResponse> grant(LeaseGrantRequest request) {
        return leases.grant(request.getID(), Math.max(1, request.getTTL()))
                .thenApply(granted -> LeaseGrantResponse.newBuilder()
                        .setHeader(header.now())
                        .setID(granted.id())
                        .setTTL(granted.ttlSeconds())
                        .build());
    }

    private CompletionStage<LeaseRevokeResponse> revoke(LeaseRevokeRequest request) {
        return leases.revoke(known(request.getID())).thenApply(revoked -> LeaseRevokeResponse.newBuilder()
                .setHeader(header.at(revoked.revision()))
                .build());
    }

    private CompletionStage<LeaseKeepAliveResponse> keepAlive(LeaseKeepAliveRequest request) {
        long id = request.getID();
        if (id < 1) {
            return CompletableFuture.completedStage(alive(id, 0));
        }
        return leases.keepAlive(id)
                .thenApply(alive -> alive(id, alive.lease().ttlSeconds()))
                .exceptionallyCompose(failure -> isGone(failure)
                        ? CompletableFuture.completedStage(alive(id, 0))
                        : CompletableFuture.failedStage(failure));
    }

    /**
     * Answers a keep-alive.
     *
     * @param ttlSeconds 0: there is no such lease
     */
    private LeaseKeepAliveResponse alive(long id, long ttlSeconds) {
        return LeaseKeepAliveResponse.newBuilder()
                .setHeader(header.now())
                .setID(id)
                .setTTL(ttlSeconds)
                .build();
    }

    private CompletionStage<LeaseTimeToLiveResponse> timeToLive(LeaseTimeToLiveRequest request) {
        long id = request.getID();
        if (id < 1) {
            return CompletableFuture.completedStage(noLease(id));
        }
        return leases.timeToLive(id, request.getKeys())
                .thenApply(this::life)
                .exceptionallyCompose(failure -> isGone(failure)
                        ? CompletableFuture.completedStage(noLease(id))
                        : CompletableFuture.failedStage(failure));
    }

    private LeaseTimeToLiveResponse life(TimeToLive found) {
        GrantedLease lease = found.alive().lease();
        var answer = LeaseTimeToLiveResponse.newBuilder()
                .setHeader(header.now())
                .setID(lease.id())
                .setTTL(TimeUnit.MILLISECONDS.toSeconds(found.alive().remainingMillis()))
                .setGrantedTTL(lease.ttlSeconds());
        found.keys().forEach(key -> answer.addKeys(KeyValues.bytes(key.bytes())));
        return answer.build();
    }

    private LeaseTimeToLiveResponse noLease(long id) {
        return LeaseTimeToLiveResponse.newBuilder()
                .setHeader(header.now())
                .setID(id)
                .setTTL(NO_LEASE)
                .build();
    }

    /** Page by page; what is granted and ends meanwhile may be there or not. */
    private CompletionStage<LeaseLeasesResponse> list(long afterId, LeaseLeasesResponse.Builder answer) {
        long limit = leases.fullPage();
        return leases.list(afterId, limit).thenCompose(page -> {
            List<GrantedLease> found = page.value();
            if (answer.getLeasesCount() + found.size() > MOST_LISTED) {
                throw EtcdError.TOO_MANY_REQUESTS.refusal();
            }
            found.forEach(lease -> answer.addLeases(LeaseStatus.newBuilder().setID(lease.id())));
            return found.size() < limit
                    ? CompletableFuture.completedStage(
                            answer.setHeader(header.at(page.revision())).build())
                    : list(found.getLast().id(), answer);
        });
    }

    /** No lease has an id below 1, which is no mistake of the client's here. */
    private static long known(long id) {
        if (id < 1) {
            throw EtcdError.LEASE_NOT_FOUND.refusal();
        }
        return id;
    }

    private static boolean isGone(Throwable failure) {
        return ErrorMapping.refusal(failure).kind() == ErrorMapping.NOT_FOUND;
    }
}
