package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.quarkus.test.common.http.TestHTTPResource;
import io.skipstone.api.grpc.v1.DeleteRequest;
import io.skipstone.api.grpc.v1.KeyValueGrpc;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.PutResponse;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What the tests of etcd's API have in common: a real channel, and writes of our own API, so that the two meet. */
abstract class EtcdTest {
    @TestHTTPResource("/")
    URI node;

    @Inject
    StatusSource status;

    final String room = "e" + UUID.randomUUID().toString().substring(0, 8) + "/";

    ManagedChannel channel;
    KeyValueGrpc.KeyValueBlockingStub keys;

    @BeforeEach
    void connect() {
        channel = ManagedChannelBuilder.forAddress(node.getHost(), node.getPort())
                .usePlaintext()
                .maxInboundMessageSize(64 << 20)
                .build();
        keys = KeyValueGrpc.newBlockingStub(channel);
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

    /** Behind all keys of this test. */
    ByteString end() {
        return ByteString.copyFromUtf8(room.substring(0, room.length() - 1) + "0");
    }

    static ByteString text(String text) {
        return ByteString.copyFromUtf8(text);
    }

    PutResponse put(String name, String value) {
        return keys.put(
                PutRequest.newBuilder().setKey(key(name)).setValue(text(value)).build());
    }

    void delete(String name) {
        var _ = keys.delete(DeleteRequest.newBuilder().setKey(key(name)).build());
    }

    /** As etcd counts. */
    long revision() {
        return status.status().revision() + 1;
    }

    /** Checks code and text of a refused call. */
    static void assertRefused(EtcdError error, Runnable call) {
        var refused = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(refused).as("refusal with %s", error).isNotNull();
        assertThat(refused.getStatus().getCode()).as("%s", refused.getMessage()).isEqualTo(error.code());
        assertThat(refused.getStatus().getDescription()).isEqualTo(error.text());
    }
}
