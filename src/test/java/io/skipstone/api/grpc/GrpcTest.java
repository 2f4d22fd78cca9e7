package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.quarkus.test.common.http.TestHTTPResource;
import io.skipstone.api.grpc.v1.AdminGrpc;
import io.skipstone.api.grpc.v1.ClusterGrpc;
import io.skipstone.api.grpc.v1.GetRequest;
import io.skipstone.api.grpc.v1.KeyValueGrpc;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.PutResponse;
import io.skipstone.api.grpc.v1.SnapshotGrpc;
import io.skipstone.api.grpc.v1.TxnGrpc;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests over gRPC have in common: stubs on a real channel, and words for errors. */
abstract class GrpcTest {
    @TestHTTPResource("/")
    URI node;

    @Inject
    StatusSource status;

    final String room = "g" + UUID.randomUUID().toString().substring(0, 8) + "/";

    ManagedChannel channel;
    KeyValueGrpc.KeyValueBlockingStub keys;
    TxnGrpc.TxnBlockingStub transactions;
    AdminGrpc.AdminBlockingStub admin;
    SnapshotGrpc.SnapshotBlockingStub snapshots;
    ClusterGrpc.ClusterBlockingStub cluster;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress(node.getHost(), node.getPort())
                .usePlaintext()
                .maxInboundMessageSize(16 << 20)
                .build();
        keys = KeyValueGrpc.newBlockingStub(channel);
        transactions = TxnGrpc.newBlockingStub(channel);
        admin = AdminGrpc.newBlockingStub(channel);
        snapshots = SnapshotGrpc.newBlockingStub(channel);
        cluster = ClusterGrpc.newBlockingStub(channel);
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(status.status().isReady()).isTrue());
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    ByteString key(String name) {
        return ByteString.copyFromUtf8(room + name);
    }

    static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    PutResponse put(String name, String value) {
        return keys.put(
                PutRequest.newBuilder().setKey(key(name)).setValue(text(value)).build());
    }

    /** The value of a key, or null. */
    String get(String name) {
        var answer = keys.get(GetRequest.newBuilder().setKey(key(name)).build());
        return answer.hasItem() ? answer.getItem().getValue().toStringUtf8() : null;
    }

    long revision() {
        return status.status().revision();
    }

    /** Checks the status and the typed details of a refused call. */
    static StatusRuntimeException assertRefused(Code status, String code, Runnable call)
            throws InvalidProtocolBufferException {
        var refused = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(refused).as("refusal with %s", code).isNotNull();
        assertThat(refused.getStatus().getCode()).as("%s", refused.getMessage()).isEqualTo(status);
        var details = StatusProto.fromThrowable(refused).getDetailsList();
        assertThat(details).hasSize(1);
        ErrorInfo info = details.getFirst().unpack(ErrorInfo.class);
        assertThat(info.getReason()).isEqualTo(code);
        assertThat(info.getDomain()).isEqualTo("skipstone");
        assertThat(info.getMetadataMap()).containsKey("retryable");
        return refused;
    }
}
