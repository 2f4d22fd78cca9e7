package io.skipstone.api.etcd;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.Downloads;
import io.skipstone.api.etcd.gateway.Gateway;
import io.skipstone.api.etcd.v3.AlarmMember;
import io.skipstone.api.etcd.v3.AlarmRequest;
import io.skipstone.api.etcd.v3.AlarmResponse;
import io.skipstone.api.etcd.v3.AlarmType;
import io.skipstone.api.etcd.v3.DefragmentRequest;
import io.skipstone.api.etcd.v3.DefragmentResponse;
import io.skipstone.api.etcd.v3.HashKVRequest;
import io.skipstone.api.etcd.v3.HashKVResponse;
import io.skipstone.api.etcd.v3.HashRequest;
import io.skipstone.api.etcd.v3.HashResponse;
import io.skipstone.api.etcd.v3.MaintenanceGrpc;
import io.skipstone.api.etcd.v3.MoveLeaderRequest;
import io.skipstone.api.etcd.v3.MoveLeaderResponse;
import io.skipstone.api.etcd.v3.SnapshotRequest;
import io.skipstone.api.etcd.v3.SnapshotResponse;
import io.skipstone.api.etcd.v3.StatusRequest;
import io.skipstone.api.etcd.v3.StatusResponse;
import io.skipstone.api.grpc.CancelsOfClients;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.StatusSource;
import io.skipstone.model.StoreRoom;
import io.skipstone.model.StoreRoomSource;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactSource;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** {@code etcdserverpb.Maintenance}. On grpc's own observers: a client that takes a copy slowly must be noticed. */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class MaintenanceService extends MaintenanceGrpc.MaintenanceImplBase {
    private final EtcdCalls calls;
    private final EtcdHeader header;
    private final StatusSource status;
    private final StoreRoomSource room;
    private final KeyspaceHash hash;
    private final MemberCalls members;
    private final ArtifactSource artifacts;
    private final Downloads downloads;
    private final Vertx vertx;

    @Inject
    MaintenanceService(
            EtcdCalls calls,
            EtcdHeader header,
            StatusSource status,
            StoreRoomSource room,
            KeyspaceHash hash,
            MemberCalls members,
            ArtifactSource artifacts,
            Downloads downloads,
            Vertx vertx) {
        this.calls = calls;
        this.header = header;
        this.status = status;
        this.room = room;
        this.hash = hash;
        this.members = members;
        this.artifacts = artifacts;
        this.downloads = downloads;
        this.vertx = vertx;
    }

    @Override
    public void status(StatusRequest request, StreamObserver<StatusResponse> client) {
        Unary.answer(calls.answer(request, _ -> done(status(status.status()))), client);
    }

    private StatusResponse status(NodeStatus node) {
        var answer = StatusResponse.newBuilder()
                .setHeader(header.now())
                .setVersion(Gateway.API_VERSION)
                .setLeader(node.leader().map(EtcdIds::member).orElse(0L))
                .setRaftIndex(Math.max(0, node.committed()))
                .setRaftTerm(node.term())
                .setRaftAppliedIndex(node.applied().map(Position::index).orElse(0L))
                .setIsLearner(node.role() == NodeStatus.Role.LISTENER);
        room.storeRoom().ifPresent(here -> answer.setDbSize(here.fileBytes()).setDbSizeInUse(here.usedBytes()));
        if (node.leader().isEmpty()) {
            answer.addErrors(EtcdError.NO_LEADER.text());
        }
        alarms().forEach(alarm -> answer.addErrors(
                "memberID:" + Long.toUnsignedString(alarm.getMemberID()) + " alarm:" + alarm.getAlarm()));
        return answer.build();
    }

    /** This node's: it raises an alarm when it has no room, and takes it back when it has some. */
    private List<AlarmMember> alarms() {
        var alarms = new ArrayList<AlarmMember>();
        if (room.storeRoom().map(StoreRoom::isFull).orElse(false)) {
            alarms.add(AlarmMember.newBuilder()
                    .setMemberID(header.memberId())
                    .setAlarm(AlarmType.NOSPACE)
                    .build());
        }
        return alarms;
    }

    @Override
    public void alarm(AlarmRequest request, StreamObserver<AlarmResponse> client) {
        Unary.answer(calls.answer(request, this::alarm), client);
    }

    private CompletionStage<AlarmResponse> alarm(AlarmRequest request) {
        return switch (request.getAction()) {
            // Which alarms stand is up to the disk: what is taken back while there is no room is still there
            // afterwards.
            case GET, DEACTIVATE ->
                done(AlarmResponse.newBuilder()
                        .setHeader(header.now())
                        .addAllAlarms(alarms())
                        .build());
            case ACTIVATE, UNRECOGNIZED ->
                throw unimplemented("alarms are raised by the node itself, when it has no room");
        };
    }

    /** Does nothing: pages that are free are used again, and the file of the store does not shrink. */
    @Override
    public void defragment(DefragmentRequest request, StreamObserver<DefragmentResponse> client) {
        Unary.answer(
                calls.answer(
                        request,
                        _ -> done(DefragmentResponse.newBuilder()
                                .setHeader(header.now())
                                .build())),
                client);
    }

    @Override
    public void hash(HashRequest request, StreamObserver<HashResponse> client) {
        Unary.answer(
                calls.answer(request, _ -> hash.at(ReadAt.LATEST).thenApply(found -> HashResponse.newBuilder()
                        .setHeader(header.at(found.revision()))
                        .setHash(found.hash())
                        .build())),
                client);
    }

    @Override
    public void hashKV(HashKVRequest request, StreamObserver<HashKVResponse> client) {
        Unary.answer(calls.answer(request, this::hashKV), client);
    }

    private CompletionStage<HashKVResponse> hashKV(HashKVRequest request) {
        long asked = request.getRevision();
        ReadAt at = asked == 0 ? ReadAt.LATEST : new ReadAt.AtRevision(Math.max(0, Revisions.ours(asked)));
        return hash.at(at).thenApply(found -> HashKVResponse.newBuilder()
                .setHeader(header.at(found.revision()))
                .setHash(found.hash())
                .setHashRevision(asked == 0 ? Revisions.etcd(found.revision()) : asked)
                .build());
    }

    @Override
    public void moveLeader(MoveLeaderRequest request, StreamObserver<MoveLeaderResponse> client) {
        Unary.answer(calls.answer(request, members::moveLeader), client);
    }

    @Override
    public void snapshot(SnapshotRequest request, StreamObserver<SnapshotResponse> observer) {
        var call = new SnapshotCall((ServerCallStreamObserver<SnapshotResponse>) observer, header);
        call.start();
        Context context = vertx.getOrCreateContext();
        artifacts
                .request(Duration.ZERO)
                .whenComplete((made, failure) -> context.runOnContext(here -> {
                    if (failure != null) {
                        call.fail(failure);
                    } else {
                        begin(call, made);
                    }
                }));
    }

    private void begin(SnapshotCall call, Lease made) {
        try (made) {
            if (!call.hasEnded()) {
                call.begin(downloads.open(made.artifact().id()));
            }
        } catch (RuntimeException refused) {
            call.fail(refused);
        }
    }

    private static <A> CompletionStage<A> done(A answer) {
        return CompletableFuture.completedStage(answer);
    }

    private static RuntimeException unimplemented(String why) {
        return Status.UNIMPLEMENTED.withDescription(EtcdError.PREFIX + why).asRuntimeException();
    }
}
