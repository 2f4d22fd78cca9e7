package io.skipstone.api.etcd;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.skipstone.api.Writes;
import io.skipstone.api.etcd.v3.LockGrpc;
import io.skipstone.api.etcd.v3.LockRequest;
import io.skipstone.api.etcd.v3.LockResponse;
import io.skipstone.api.etcd.v3.UnlockRequest;
import io.skipstone.api.etcd.v3.UnlockResponse;
import io.skipstone.api.grpc.CancelsOfClients;
import io.skipstone.api.grpc.OneAnswer;
import io.skipstone.command.Operation;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.vertx.core.Vertx;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** {@code v3lockpb.Lock}: a lock is held by whoever is the first in the line of its name. On grpc's own observers: a client that went away waits no more. */
@GrpcService
@RegisterInterceptor(CancelsOfClients.class)
public class LockService extends LockGrpc.LockImplBase {
    private final EtcdCalls calls;
    private final EtcdHeader header;
    private final Lines lines;
    private final Writes writes;
    private final Vertx vertx;

    @Inject
    LockService(EtcdCalls calls, EtcdHeader header, Lines lines, Writes writes, Vertx vertx) {
        this.calls = calls;
        this.header = header;
        this.lines = lines;
        this.writes = writes;
        this.vertx = vertx;
    }

    @Override
    public void lock(LockRequest request, StreamObserver<LockResponse> client) {
        Bytes name = KeyValues.bytes(request.getName());
        var call = new Turn.Call(lines, CancelsOfClients.connection(), vertx.getOrCreateContext());
        Turn.await(
                call,
                (ServerCallStreamObserver<LockResponse>) client,
                () -> lines.lease(request.getLease()).thenCompose(lease -> lines.stand(name, lease, Bytes.EMPTY)),
                LineErrors.LOCK_EXPIRED,
                this::locked);
    }

    private LockResponse locked(Turn.Came came) {
        return LockResponse.newBuilder()
                .setHeader(header.at(came.revision()))
                .setKey(KeyValues.bytes(came.stood().place().key().bytes()))
                .build();
    }

    @Override
    public void unlock(UnlockRequest request, StreamObserver<UnlockResponse> client) {
        OneAnswer.send(calls.answer(request, this::unlock).onFailure().transform(LineErrors::status), client);
    }

    private CompletionStage<UnlockResponse> unlock(UnlockRequest request) {
        var delete = new Operation.Delete(new Key(KeyValues.bytes(request.getKey())));
        return writes.batch(List.of(delete), Bytes.EMPTY).thenApply(done -> UnlockResponse.newBuilder()
                .setHeader(header.at(done.revision()))
                .build());
    }
}
