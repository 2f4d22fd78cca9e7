package io.skipstone.api.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.LeaderHint;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.grpc.v1.WatchGrpc;
import io.skipstone.api.grpc.v1.WatchRequest;
import io.skipstone.api.grpc.v1.WatchResponse;
import io.skipstone.watch.Watches;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;

/** {@code skipstone.v1.Watch}. On grpc's own observers, as {@link SnapshotService} is: a slow client must be noticed. */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class WatchService extends WatchGrpc.WatchImplBase {
    private final Watches watches;
    private final WatchSlots slots;
    private final LeaderHint leader;
    private final Vertx vertx;

    @Inject
    WatchService(Watches watches, WatchSlots slots, LeaderHint leader, Vertx vertx) {
        this.watches = watches;
        this.slots = slots;
        this.leader = leader;
        this.vertx = vertx;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> client) {
        var observer = (ServerCallStreamObserver<WatchResponse>) client;
        Object connection = CancelsOfClients.http().request().connection();
        var answers = new WatchAnswers(leader);
        var call = new WatchCall(observer, watches, () -> slots.take(connection), answers, vertx.getOrCreateContext());
        call.start();
        return call;
    }
}
