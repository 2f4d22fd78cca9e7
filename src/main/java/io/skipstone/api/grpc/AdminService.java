package io.skipstone.api.grpc;

import io.quarkus.grpc.GrpcService;
import io.skipstone.api.Writes;
import io.skipstone.api.grpc.v1.Admin;
import io.skipstone.api.grpc.v1.ColdStart;
import io.skipstone.api.grpc.v1.CompactRequest;
import io.skipstone.api.grpc.v1.CompactResponse;
import io.skipstone.api.grpc.v1.PinRequest;
import io.skipstone.api.grpc.v1.PinResponse;
import io.skipstone.api.grpc.v1.StartProgress;
import io.skipstone.api.grpc.v1.StatusRequest;
import io.skipstone.api.grpc.v1.StatusResponse;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** {@code skipstone.v1.Admin}. */
@GrpcService
public class AdminService implements Admin {
    private final Calls calls;
    private final Writes writes;
    private final io.skipstone.consensus.Admin admin;
    private final StatusSource status;

    @Inject
    AdminService(Calls calls, Writes writes, io.skipstone.consensus.Admin admin, StatusSource status) {
        this.calls = calls;
        this.writes = writes;
        this.admin = admin;
        this.status = status;
    }

    @Override
    public Uni<StatusResponse> status(StatusRequest request) {
        return calls.answer(request, valid -> CompletableFuture.completedStage(response(status.status())));
    }

    @Override
    public Uni<CompactResponse> compact(CompactRequest request) {
        return calls.answer(request, valid -> writes.compact(Requests.at(valid))
                .thenApply(floor ->
                        CompactResponse.newBuilder().setFloor(floor.bits()).build()));
    }

    @Override
    public Uni<PinResponse> pin(PinRequest request) {
        return calls.answer(request, valid -> admin.pin().thenApply(pinned -> PinResponse.newBuilder()
                .setPinned(Answers.position(pinned))
                .build()));
    }

    private static StatusResponse response(NodeStatus status) {
        var response = StatusResponse.newBuilder()
                .setNodeId(status.nodeId())
                .setGroupId(status.groupId().toString())
                .setPhase(word(status.phase()))
                .setRole(word(status.role()))
                .setReady(status.isReady())
                .setTerm(status.term())
                .setLeader(status.leader().orElse(""))
                .setLogStart(status.logStart())
                .setLogEnd(status.logEnd())
                .setCommitted(status.committed())
                .setCommittedAtStart(status.committedAtStart())
                .setRevision(status.revision())
                .setLastCommitTs(status.lastCommitTs().bits())
                .setGcFloor(status.gcFloor().bits())
                .setColdStart(coldStart(status.coldStart()))
                .setProgress(progress(status.progress()));
        status.applied().ifPresent(applied -> response.setApplied(Answers.position(applied)));
        status.pinned().ifPresent(pinned -> response.setPinned(Answers.position(pinned)));
        return response.build();
    }

    private static ColdStart coldStart(io.skipstone.model.ColdStart start) {
        var answer = ColdStart.newBuilder()
                .setOutcome(word(start.outcome()))
                .setReason(start.reason())
                .setLogStart(start.logStart())
                .setLogEnd(start.logEnd())
                .setReplayed(start.replayed())
                .setHlcCeiling(start.hlcCeiling().bits())
                .setCutover(start.cutover())
                .setOpenMillis(start.phases().openMicros() / 1_000)
                .setGateMillis(start.phases().gateMicros() / 1_000)
                .setRaftMillis(start.phases().raftMicros() / 1_000)
                .setGateMicros(start.phases().gateMicros())
                .setRepairMillis(start.phases().repairMicros() / 1_000)
                .setGeneration(start.generation());
        start.have().ifPresent(have -> answer.setHave(Answers.position(have)));
        return answer.build();
    }

    private static StartProgress progress(io.skipstone.model.StartProgress progress) {
        var answer = StartProgress.newBuilder()
                .setPhase(word(progress.phase()))
                .setDone(progress.done())
                .setTotal(progress.total())
                .setUnit(word(progress.unit()));
        progress.percent().ifPresent(answer::setPercent);
        progress.estimateMillis().ifPresent(answer::setEstimateMillis);
        return answer.build();
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
