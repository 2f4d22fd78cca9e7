package io.skipstone.api.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.Downloads;
import io.skipstone.api.grpc.v1.FetchSnapshotRequest;
import io.skipstone.api.grpc.v1.FetchSnapshotResponse;
import io.skipstone.api.grpc.v1.MakeSnapshotRequest;
import io.skipstone.api.grpc.v1.MakeSnapshotResponse;
import io.skipstone.api.grpc.v1.SnapshotGrpc;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.snapshot.ArtifactSource;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * {@code skipstone.v1.Snapshot}. On grpc's own observers and not on Mutiny: the streams of Quarkus' stubs ask for everything at
 * once, and a slow client would have a whole artifact wait for it in memory.
 */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class SnapshotService extends SnapshotGrpc.SnapshotImplBase {
    private static final long MAX_AGE_MILLIS = TimeUnit.DAYS.toMillis(365);

    private final Calls calls;
    private final ArtifactSource source;
    private final Downloads downloads;
    private final Vertx vertx;

    @Inject
    SnapshotService(Calls calls, ArtifactSource source, Downloads downloads, Vertx vertx) {
        this.calls = calls;
        this.source = source;
        this.downloads = downloads;
        this.vertx = vertx;
    }

    @Override
    public void make(MakeSnapshotRequest request, StreamObserver<MakeSnapshotResponse> client) {
        var call = (ServerCallStreamObserver<MakeSnapshotResponse>) client;
        try {
            UnknownFields.refuse(request);
            var making = new MakeCall(call, calls, source, vertx);
            call.setOnCancelHandler(making::end);
            making.start(maxAge(request.getMaxAgeMillis()));
        } catch (RuntimeException failure) {
            call.onError(calls.status(failure));
        }
    }

    @Override
    public void fetch(FetchSnapshotRequest request, StreamObserver<FetchSnapshotResponse> client) {
        var call = (ServerCallStreamObserver<FetchSnapshotResponse>) client;
        try {
            UnknownFields.refuse(request);
            var fetching = FetchCall.of(call, calls, downloads.open(request.getId()), request.getFirstChunk());
            call.setOnCancelHandler(fetching::end);
            fetching.start();
        } catch (RuntimeException failure) {
            call.onError(calls.status(failure));
        }
    }

    private static Duration maxAge(long millis) {
        if (millis < 0 || millis > MAX_AGE_MILLIS) {
            throw new BadRequest("bad_max_age", "max_age_millis is at most " + MAX_AGE_MILLIS);
        }
        return Duration.ofMillis(millis);
    }
}
