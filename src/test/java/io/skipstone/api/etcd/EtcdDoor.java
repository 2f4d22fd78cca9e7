package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import io.quarkus.test.common.http.TestHTTPResource;
import io.skipstone.api.etcd.v3.LeaseGrantRequest;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LeaseRevokeRequest;
import io.skipstone.api.grpc.v1.DeleteRequest;
import io.skipstone.api.grpc.v1.GetRequest;
import io.skipstone.api.grpc.v1.KeyValueGrpc;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests over etcd's API have in common: real channels to a node, leases, and our own API to look behind. */
abstract class EtcdDoor {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    @TestHTTPResource("/")
    URI node;

    @Inject
    StatusSource status;

    final String room = "e" + UUID.randomUUID().toString().substring(0, 8);

    ManagedChannel channel;
    LeaseGrpc.LeaseBlockingStub leases;
    KeyValueGrpc.KeyValueBlockingStub ours;

    @BeforeEach
    void connect() {
        channel = newChannel();
        leases = LeaseGrpc.newBlockingStub(channel);
        ours = KeyValueGrpc.newBlockingStub(channel);
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(status.status().isReady()).isTrue());
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    ManagedChannel newChannel() {
        return ManagedChannelBuilder.forAddress(node.getHost(), node.getPort())
                .usePlaintext()
                .build();
    }

    static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    long grant(long ttlSeconds) {
        return leases.leaseGrant(
                        LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).build())
                .getID();
    }

    void revoke(long lease) {
        var _ = leases.leaseRevoke(LeaseRevokeRequest.newBuilder().setID(lease).build());
    }

    /** Puts through our own API; returns our revision. */
    long put(String key, String value, long lease) {
        return ours.put(PutRequest.newBuilder()
                        .setKey(text(key))
                        .setValue(text(value))
                        .setLeaseId(lease)
                        .build())
                .getRevision();
    }

    void delete(String key) {
        var _ = ours.delete(DeleteRequest.newBuilder().setKey(text(key)).build());
    }

    boolean exists(String key) {
        return ours.get(GetRequest.newBuilder().setKey(text(key)).build()).hasItem();
    }

    /** Checks the status and the text of a refused call. */
    static void assertRefused(Code code, String text, Runnable call) {
        var refused = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(refused).as("refusal with %s", text).isNotNull();
        assertThat(refused.getStatus().getCode()).as("%s", refused.getMessage()).isEqualTo(code);
        assertThat(refused.getStatus().getDescription()).isEqualTo(text);
    }

    /** A call whose answers come when they come. */
    static final class Coming<Q, A> implements ClientResponseObserver<Q, A> {
        private final BlockingQueue<A> answers = new LinkedBlockingQueue<>();
        private final CompletableFuture<Boolean> end = new CompletableFuture<>();
        private final boolean takesAll;
        private ClientCallStreamObserver<Q> call;

        Coming() {
            this(true);
        }

        private Coming(boolean takesAll) {
            this.takesAll = takesAll;
        }

        /** Takes one answer, and the others when it is told to. */
        static <Q, A> Coming<Q, A> takingOne() {
            return new Coming<>(false);
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Q> stream) {
            call = stream;
            if (!takesAll) {
                stream.disableAutoRequestWithInitial(1);
            }
        }

        void takeAll() {
            call.request(Integer.MAX_VALUE);
        }

        @Override
        public void onNext(A answer) {
            answers.add(answer);
        }

        @Override
        public void onError(Throwable failure) {
            end.completeExceptionally(failure);
        }

        @Override
        public void onCompleted() {
            end.complete(true);
        }

        void send(Q request) {
            call.onNext(request);
        }

        A next() throws InterruptedException {
            A next = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(next).as("an answer").isNotNull();
            return next;
        }

        boolean isWaiting() {
            return answers.isEmpty() && !end.isDone();
        }

        CompletableFuture<Boolean> end() {
            return end;
        }

        void cancel() {
            call.cancel("no longer wanted", null);
        }

        void assertRefused(Code code, String text) {
            assertThat(end)
                    .failsWithin(PATIENCE)
                    .withThrowableThat()
                    .havingCause()
                    .isInstanceOfSatisfying(StatusRuntimeException.class, refused -> {
                        assertThat(refused.getStatus().getCode()).isEqualTo(code);
                        assertThat(refused.getStatus().getDescription()).isEqualTo(text);
                    });
        }
    }
}
