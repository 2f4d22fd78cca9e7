package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.grpc.netty.NettyChannelBuilder;
import io.skipstone.api.etcd.v3.KVGrpc;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LeaseKeepAliveRequest;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchGrpc;
import io.skipstone.api.etcd.v3.WatchRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One client of etcd's API that asks for much and takes nothing, on one connection to a node with little memory. Others are served. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class FloodIT {
    private static final int HEAP_MIB = 128;
    private static final int MIB = 1 << 20;
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final ByteString LARGE = ByteString.copyFromUtf8("large");

    @TempDir
    private static Path dir;

    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        server = ServerProcess.startSmall(dir, HEAP_MIB);
        try (var client = new Client(MIB)) {
            client.put(LARGE, new byte[MIB]);
        }
    }

    @AfterAll
    static void stop() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void largeAnswersThatItDoesNotTakeAreBounded() {
        var request = RangeRequest.newBuilder().setKey(LARGE).build();
        try (var flood = new Client(64 << 10)) {
            for (int i = 0; i < 1_000; i++) {
                flood.ask(KVGrpc.getRangeMethod(), request, true);
            }

            await().atMost(SOON).until(() -> flood.ended(Code.RESOURCE_EXHAUSTED) > 0);
            othersAreServed();
        }
    }

    @Test
    void messagesThatItDoesNotEndAreBounded() {
        var request = PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("unended"))
                .setValue(ByteString.copyFrom(new byte[MIB - 1]))
                .build();
        try (var flood = new Client(64 << 10)) {
            for (int i = 0; i < 300; i++) {
                flood.ask(KVGrpc.getPutMethod(), request, false);
            }

            await().atMost(SOON).until(() -> flood.ended(Code.RESOURCE_EXHAUSTED) > 0);
            othersAreServed();
        }
    }

    @Test
    void shortAnswersAndStreamsAreBoundedByTheStreamsOfAConnection() {
        try (var flood = new Client(1)) {
            for (int i = 0; i < 10_000; i++) {
                flood.ask(
                        KVGrpc.getRangeMethod(),
                        RangeRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8("none"))
                                .build(),
                        true);
                flood.ask(
                        LeaseGrpc.getLeaseKeepAliveMethod(),
                        LeaseKeepAliveRequest.newBuilder().setID(77).build(),
                        false);
                flood.ask(
                        WatchGrpc.getWatchMethod(),
                        WatchRequest.newBuilder()
                                .setCreateRequest(
                                        WatchCreateRequest.newBuilder().setKey(LARGE))
                                .build(),
                        false);
            }

            othersAreServed();
            assertThat(flood.ended(Code.UNKNOWN)).isZero();
            assertThat(flood.ended(Code.INTERNAL)).isZero();
        }
    }

    private static void othersAreServed() {
        try (var other = new Client(MIB)) {
            for (int i = 0; i < 20; i++) {
                other.put(ByteString.copyFromUtf8("other"), new byte[] {1});
                assertThat(other.count(ByteString.copyFromUtf8("other"))).isOne();
            }
        }
        assertThat(server.isAlive()).isTrue();
    }

    /** A client with a connection of its own, which takes answers only where it says so. */
    private static final class Client implements AutoCloseable {
        private final Map<Code, Integer> ended = new EnumMap<>(Code.class);
        private final ManagedChannel channel;

        Client(int windowBytes) {
            channel = NettyChannelBuilder.forAddress("127.0.0.1", server.ports().client())
                    .usePlaintext()
                    .flowControlWindow(windowBytes)
                    .build();
        }

        /** Asks, and takes no answer. */
        <Q, A> void ask(MethodDescriptor<Q, A> method, Q request, boolean ends) {
            ClientCall<Q, A> call = channel.newCall(method, CallOptions.DEFAULT);
            call.start(
                    new ClientCall.Listener<A>() {
                        @Override
                        public void onClose(Status status, Metadata trailers) {
                            count(status.getCode());
                        }
                    },
                    new Metadata());
            call.sendMessage(request);
            if (ends) {
                call.halfClose();
            }
        }

        private synchronized void count(Code code) {
            ended.merge(code, 1, Integer::sum);
        }

        synchronized int ended(Code code) {
            return ended.getOrDefault(code, 0);
        }

        void put(ByteString key, byte[] value) {
            var _ = KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SOON.toSeconds(), TimeUnit.SECONDS)
                    .put(PutRequest.newBuilder()
                            .setKey(key)
                            .setValue(ByteString.copyFrom(value))
                            .build());
        }

        long count(ByteString key) {
            return KVGrpc.newBlockingStub(channel)
                    .withDeadlineAfter(SOON.toSeconds(), TimeUnit.SECONDS)
                    .range(RangeRequest.newBuilder().setKey(key).build())
                    .getCount();
        }

        @Override
        public void close() {
            channel.shutdownNow();
        }
    }
}
