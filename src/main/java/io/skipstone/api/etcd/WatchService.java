package io.skipstone.api.etcd;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.WatchSlots;
import io.skipstone.api.etcd.gateway.Gateway;
import io.skipstone.api.etcd.v3.WatchGrpc;
import io.skipstone.api.etcd.v3.WatchRequest;
import io.skipstone.api.etcd.v3.WatchResponse;
import io.skipstone.api.grpc.CancelsOfClients;
import io.skipstone.watch.Watches;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;

/** {@code etcdserverpb.Watch}. On grpc's own observers: a slow client must be noticed. */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class WatchService extends WatchGrpc.WatchImplBase {
    private final Watches watches;
    private final WatchSlots slots;
    private final EtcdHeader header;
    private final Vertx vertx;

    @Inject
    WatchService(Watches watches, WatchSlots slots, EtcdHeader header, Vertx vertx) {
        this.watches = watches;
        this.slots = slots;
        this.header = header;
        this.vertx = vertx;
    }

    @Override
    public StreamObserver<WatchRequest> watch(StreamObserver<WatchResponse> client) {
        Object connection = CancelsOfClients.connection();
        // As JSON a watch always tells its progress: HTTP/1 has no pings that would keep it open.
        var call = new WatchCall(
                (ServerCallStreamObserver<WatchResponse>) client,
                watches,
                () -> slots.take(connection),
                header,
                Gateway.isJson(),
                vertx.getOrCreateContext());
        call.start();
        return call;
    }
}
