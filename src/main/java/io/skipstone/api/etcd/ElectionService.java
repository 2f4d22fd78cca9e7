package io.skipstone.api.etcd;

import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.etcd.Lines.Stood;
import io.skipstone.api.etcd.v3.CampaignRequest;
import io.skipstone.api.etcd.v3.CampaignResponse;
import io.skipstone.api.etcd.v3.ElectionGrpc;
import io.skipstone.api.etcd.v3.LeaderKey;
import io.skipstone.api.etcd.v3.LeaderRequest;
import io.skipstone.api.etcd.v3.LeaderResponse;
import io.skipstone.api.etcd.v3.ProclaimRequest;
import io.skipstone.api.etcd.v3.ProclaimResponse;
import io.skipstone.api.etcd.v3.ResignRequest;
import io.skipstone.api.etcd.v3.ResignResponse;
import io.skipstone.api.grpc.CancelsOfClients;
import io.skipstone.api.grpc.OneAnswer;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * {@code v3electionpb.Election}: whoever is the first in the line of an election's name leads, and says what is in the value of its key. On
 * grpc's own observers: a client that went away neither waits nor observes any more.
 */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class ElectionService extends ElectionGrpc.ElectionImplBase {
    private final EtcdCalls calls;
    private final EtcdHeader header;
    private final Lines lines;
    private final Vertx vertx;

    @Inject
    ElectionService(EtcdCalls calls, EtcdHeader header, Lines lines, Vertx vertx) {
        this.calls = calls;
        this.header = header;
        this.lines = lines;
        this.vertx = vertx;
    }

    @Override
    public void campaign(CampaignRequest request, StreamObserver<CampaignResponse> client) {
        Bytes name = KeyValues.bytes(request.getName());
        var call = new Turn.Call(lines, CancelsOfClients.connection(), vertx.getOrCreateContext());
        Turn.await(
                call,
                (ServerCallStreamObserver<CampaignResponse>) client,
                () -> stand(name, request.getLease(), KeyValues.bytes(request.getValue())),
                LineErrors.CAMPAIGN_EXPIRED,
                came -> won(name, came.stood()));
    }

    /** Whoever campaigns again with the same lease keeps its place, and has another value from now on. */
    private CompletionStage<Stood> stand(Bytes name, long askedLease, Bytes value) {
        return lines.lease(askedLease)
                .thenCompose(lease -> lines.stand(name, lease, value))
                .thenCompose(stood ->
                        stood.before().map(KeyValue::value).orElse(value).equals(value)
                                ? CompletableFuture.completedStage(stood)
                                : lines.put(stood.place(), value)
                                        .thenApply(put -> new Stood(
                                                stood.place(),
                                                stood.before(),
                                                put.orElseThrow(ElectionService::notLeader))));
    }

    private CampaignResponse won(Bytes name, Stood stood) {
        return CampaignResponse.newBuilder()
                .setHeader(header.at(stood.revision()))
                .setLeader(stood.place().leaderKey(name))
                .build();
    }

    @Override
    public void proclaim(ProclaimRequest request, StreamObserver<ProclaimResponse> client) {
        answer(request, this::proclaim, client);
    }

    private CompletionStage<ProclaimResponse> proclaim(ProclaimRequest request) {
        LeaderKey leader = leader(request.hasLeader(), request.getLeader());
        if (isNowhere(leader)) {
            throw notLeader();
        }
        return lines.lease(leader.getLease())
                .thenCompose(lease -> lines.put(place(leader, lease), KeyValues.bytes(request.getValue())))
                .thenApply(revision -> ProclaimResponse.newBuilder()
                        .setHeader(header.at(revision.orElseThrow(ElectionService::notLeader)))
                        .build());
    }

    @Override
    public void leader(LeaderRequest request, StreamObserver<LeaderResponse> client) {
        answer(request, this::leader, client);
    }

    private CompletionStage<LeaderResponse> leader(LeaderRequest request) {
        return lines.first(KeyValues.bytes(request.getName())).thenApply(turned -> LeaderResponse.newBuilder()
                .setHeader(header.at(turned.revision()))
                .setKv(KeyValues.row(turned.first().orElseThrow(() -> LineErrors.of(LineErrors.NO_LEADER))))
                .build());
    }

    @Override
    public void observe(LeaderRequest request, StreamObserver<LeaderResponse> client) {
        var call = new Turn.Call(lines, CancelsOfClients.connection(), vertx.getOrCreateContext());
        Observation.begin(
                call, (ServerCallStreamObserver<LeaderResponse>) client, KeyValues.bytes(request.getName()), header);
    }

    @Override
    public void resign(ResignRequest request, StreamObserver<ResignResponse> client) {
        answer(request, this::resign, client);
    }

    /** Whoever leads no more has nothing to give up, which is no error. */
    private CompletionStage<ResignResponse> resign(ResignRequest request) {
        LeaderKey leader = leader(request.hasLeader(), request.getLeader());
        if (isNowhere(leader)) {
            return CompletableFuture.completedStage(
                    ResignResponse.newBuilder().setHeader(header.now()).build());
        }
        return lines.leave(place(leader, leader.getLease())).thenApply(revision -> ResignResponse.newBuilder()
                .setHeader(header.at(revision))
                .build());
    }

    private <Q, A> void answer(Q request, Function<Q, CompletionStage<A>> work, StreamObserver<A> client) {
        OneAnswer.send(calls.answer(request, work).onFailure().transform(LineErrors::status), client);
    }

    private static LeaderKey leader(boolean isGiven, LeaderKey leader) {
        if (!isGiven) {
            throw LineErrors.of(LineErrors.LEADER_MISSING);
        }
        return leader;
    }

    /** Before the first revision in which a key can have come into being. */
    private static boolean isNowhere(LeaderKey leader) {
        return Revisions.ours(leader.getRev()) < 1;
    }

    private static Place place(LeaderKey leader, long lease) {
        return new Place(
                Place.line(KeyValues.bytes(leader.getName())),
                new Key(KeyValues.bytes(leader.getKey())),
                lease,
                Revisions.ours(leader.getRev()));
    }

    private static StatusRuntimeException notLeader() {
        return LineErrors.of(LineErrors.NOT_LEADER);
    }
}
