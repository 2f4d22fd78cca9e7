package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import io.skipstone.api.etcd.v3.ElectionGrpc;
import io.skipstone.api.etcd.v3.LeaderRequest;
import io.skipstone.api.etcd.v3.LeaderResponse;
import io.skipstone.api.etcd.v3.LeaseGrantRequest;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LockGrpc;
import io.skipstone.api.etcd.v3.LockRequest;
import io.skipstone.api.etcd.v3.LockResponse;
import io.skipstone.api.etcd.v3.UnlockRequest;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of those who wait at a node over etcd's API: whoever is told to stop sends them on, and any node has the line. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class EtcdWaitsIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ByteString NAME = ByteString.copyFromUtf8("lock");

    @TempDir
    private Path dir;

    @Test
    void aNodeThatStopsEndsTheWaitsAndAnotherOneHasTheLine() throws Exception {
        try (ServerGroup group = ServerGroup.start(dir, Map.of())) {
            ServerProcess leader = group.awaitLeader();
            ServerProcess follower = group.others(leader).getFirst();
            ManagedChannel stays = channel(leader);
            ManagedChannel goes = channel(follower);
            try {
                LockResponse held = LockGrpc.newBlockingStub(goes).lock(request(grant(goes)));
                long waiter = grant(stays);
                var waiting = new Waiting<LockResponse>();
                LockGrpc.newStub(goes).lock(request(waiter), waiting);
                var observing = new Waiting<LeaderResponse>();
                ElectionGrpc.newStub(goes)
                        .observe(LeaderRequest.newBuilder().setName(NAME).build(), observing);
                assertThat(observing.first.get(60, TimeUnit.SECONDS).getKv().getKey())
                        .isEqualTo(held.getKey());
                await().atMost(SOON).until(() -> leader.get(leader.endpoint() + "/v1/kv?prefix=lock/")
                        .contains("lock/" + Long.toHexString(waiter)));

                follower.askToStop();

                assertThat(waiting.end.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                assertThat(waiting.first).isNotDone();
                assertThat(observing.end.get(60, TimeUnit.SECONDS).getCode()).isEqualTo(Status.Code.UNAVAILABLE);
                var again = new Waiting<LockResponse>();
                LockGrpc.newStub(stays).lock(request(waiter), again);
                var _ = LockGrpc.newBlockingStub(stays)
                        .unlock(UnlockRequest.newBuilder().setKey(held.getKey()).build());
                assertThat(again.first.get(60, TimeUnit.SECONDS).getKey().toStringUtf8())
                        .endsWith(Long.toHexString(waiter));
            } finally {
                stays.shutdownNow();
                goes.shutdownNow();
            }
        }
    }

    private static ManagedChannel channel(ServerProcess server) {
        URI at = URI.create(server.endpoint());
        return ManagedChannelBuilder.forAddress(at.getHost(), at.getPort())
                .usePlaintext()
                .build();
    }

    private static long grant(ManagedChannel channel) {
        return LeaseGrpc.newBlockingStub(channel)
                .leaseGrant(LeaseGrantRequest.newBuilder().setTTL(600).build())
                .getID();
    }

    private static LockRequest request(long lease) {
        return LockRequest.newBuilder().setName(NAME).setLease(lease).build();
    }

    /** A call, until it has its first answer and until it ends. */
    private static final class Waiting<A> implements StreamObserver<A> {
        private final CompletableFuture<A> first = new CompletableFuture<>();
        private final CompletableFuture<Status> end = new CompletableFuture<>();

        @Override
        public void onNext(A answer) {
            first.complete(answer);
        }

        @Override
        public void onError(Throwable failure) {
            end.complete(Status.fromThrowable(failure));
        }

        @Override
        public void onCompleted() {
            end.complete(Status.OK);
        }
    }
}
