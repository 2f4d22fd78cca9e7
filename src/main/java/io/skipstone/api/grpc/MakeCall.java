package io.skipstone.api.grpc;

import com.google.protobuf.util.Timestamps;
import io.grpc.stub.ServerCallStreamObserver;
import io.skipstone.api.grpc.v1.MakeSnapshotResponse;
import io.skipstone.api.grpc.v1.SnapshotInfo;
import io.skipstone.api.grpc.v1.SnapshotProgress;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.Manifest;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;

/** One client that waits for a copy. On its event loop. */
final class MakeCall {
    private static final long PROGRESS_EVERY_MILLIS = 500;

    private final ServerCallStreamObserver<MakeSnapshotResponse> client;
    private final Calls calls;
    private final ArtifactSource source;
    private final Vertx vertx;
    private final Context context;
    private long timer;
    private boolean ended;

    MakeCall(ServerCallStreamObserver<MakeSnapshotResponse> client, Calls calls, ArtifactSource source, Vertx vertx) {
        this.client = client;
        this.calls = calls;
        this.source = source;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
    }

    void start(Duration maxAge) {
        timer = vertx.setPeriodic(PROGRESS_EVERY_MILLIS, tick -> tellProgress());
        source.request(maxAge)
                .thenApply(MakeCall::info)
                .whenComplete((made, failure) -> context.runOnContext(here -> answer(made, failure)));
    }

    /** The artifact is kept for a while after its last use: long enough for the client to come and fetch it. */
    private static SnapshotInfo info(Lease lease) {
        try (lease) {
            return info(lease.artifact());
        }
    }

    private void tellProgress() {
        if (!ended && client.isReady()) {
            source.making()
                    .ifPresent(making -> client.onNext(MakeSnapshotResponse.newBuilder()
                            .setMaking(SnapshotProgress.newBuilder()
                                    .setDoneBytes(making.doneBytes())
                                    .setTotalBytes(making.totalBytes()))
                            .build()));
        }
    }

    private void answer(SnapshotInfo made, Throwable failure) {
        if (ended) {
            return;
        }
        end();
        if (failure != null) {
            client.onError(calls.status(failure));
        } else {
            client.onNext(MakeSnapshotResponse.newBuilder().setMade(made).build());
            client.onCompleted();
        }
    }

    /** Nobody waits any more; once or more. */
    void end() {
        ended = true;
        vertx.cancelTimer(timer);
    }

    private static SnapshotInfo info(Artifact artifact) {
        Manifest manifest = artifact.manifest();
        Manifest.Contents contents = manifest.contents();
        return SnapshotInfo.newBuilder()
                .setId(artifact.id())
                .setGroupId(contents.groupId().toString())
                .setApplied(Answers.position(contents.applied()))
                .setRevision(contents.revision())
                .setLastCommitTs(contents.lastCommitTs().bits())
                .setGcFloor(contents.gcFloor().bits())
                .setStoreFormat(manifest.data().storeFormat())
                .setLengthBytes(artifact.lengthBytes())
                .setChunkBytes(manifest.data().chunkBytes())
                .setChunkCount(manifest.data().chunkCount())
                .setNodeId(manifest.origin().nodeId())
                .setVersion(manifest.origin().version())
                .setMadeAt(Timestamps.fromMillis(manifest.origin().madeAtMillis()))
                .build();
    }
}
