package io.skipstone.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.skipstone.api.etcd.v3.AlarmMember;
import io.skipstone.api.etcd.v3.AlarmRequest;
import io.skipstone.api.etcd.v3.AlarmRequest.AlarmAction;
import io.skipstone.api.etcd.v3.AlarmType;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.KVGrpc;
import io.skipstone.api.etcd.v3.MaintenanceGrpc;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.StatusRequest;
import io.skipstone.api.etcd.v3.StatusResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store that may not grow further refuses writes before they are agreed on, and goes on serving. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class DiskFullIT {
    private static final int VALUE_BYTES = 64 * 1024;
    private static final int MOST_PUTS = 4_000;

    /** In between, the node looks more than once at what is really free, and garbage is collected. */
    private static final Duration FULL_FOR = Duration.ofSeconds(3);

    @TempDir
    private Path dir;

    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void refusesWritesWith507ReadsOnAndRecoversWhenThereIsRoomAgain() throws Exception {
        var smallStore = Map.of(
                "SKIPSTONE_STORE_MAP_MIB", "8",
                "SKIPSTONE_STORE_MAX_MAP_MIB", "32",
                "SKIPSTONE_GC_RETENTION_SECONDS", "1",
                "SKIPSTONE_GC_INTERVAL_SECONDS", "1");
        try (var server = ServerProcess.start(dir, smallStore)) {
            int acknowledged = fill(server);

            assertThat(acknowledged).as("room for more than the first map size").isGreaterThan(8 * 16);
            assertThat(put(server, "one-more").body()).contains("\"code\":\"out_of_space\"");
            assertThat(status(server, "full/" + (acknowledged - 1))).isEqualTo(200);
            assertThat(status(server, "one-more")).isEqualTo(404);

            saysSoOverEtcdsApi(server, "full/" + (acknowledged - 1));

            assertThat(send(server, "DELETE", "?prefix=full/").statusCode())
                    .as("a delete is the way out")
                    .isEqualTo(200);
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(
                            put(server, "again").statusCode())
                    .isEqualTo(200));
            Awaitility.await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertThat(alarmsOf(server))
                    .isEmpty());

            server.kill();
            server.restart();
            assertThat(status(server, "again")).isEqualTo(200);
        }
    }

    /** As clients of etcd look for it: by code and text, and by the alarm. */
    private static void saysSoOverEtcdsApi(ServerProcess server, String key) {
        ManagedChannel channel = channel(server);
        try {
            var kv = KVGrpc.newBlockingStub(channel);
            ByteString row = ByteString.copyFromUtf8(key);
            var put = PutRequest.newBuilder().setKey(row).setValue(ByteString.copyFrom(new byte[VALUE_BYTES]));
            var read = RangeRequest.newBuilder().setKey(row).build();

            assertThatExceptionOfType(StatusRuntimeException.class)
                    .isThrownBy(() -> kv.put(put.build()))
                    .withMessage("RESOURCE_EXHAUSTED: etcdserver: mvcc: database space exceeded");
            StatusResponse status = MaintenanceGrpc.newBlockingStub(channel).status(StatusRequest.getDefaultInstance());
            assertThat(alarmsOf(server))
                    .containsExactly(AlarmMember.newBuilder()
                            .setMemberID(status.getHeader().getMemberId())
                            .setAlarm(AlarmType.NOSPACE)
                            .build());
            assertThat(status.getErrorsList()).anyMatch(error -> error.endsWith(" alarm:NOSPACE"));
            assertThat(kv.range(read).getCount()).isOne();
            assertThat(kv.deleteRange(
                                    DeleteRangeRequest.newBuilder().setKey(row).build())
                            .getDeleted())
                    .isOne();
            assertThat(kv.range(read).getCount()).isZero();
        } finally {
            channel.shutdownNow();
        }
    }

    private static List<AlarmMember> alarmsOf(ServerProcess server) {
        ManagedChannel channel = channel(server);
        try {
            return MaintenanceGrpc.newBlockingStub(channel)
                    .alarm(AlarmRequest.newBuilder().setAction(AlarmAction.GET).build())
                    .getAlarmsList();
        } finally {
            channel.shutdownNow();
        }
    }

    private static ManagedChannel channel(ServerProcess server) {
        return ManagedChannelBuilder.forAddress("127.0.0.1", server.ports().client())
                .usePlaintext()
                .build();
    }

    /**
     * Puts until it is refused for good; returns how many were acknowledged. A refusal alone may be for lack of a look: between
     * two looks a node counts more for each write than it will need.
     */
    private int fill(ServerProcess server) {
        var number = new AtomicInteger();
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .during(FULL_FOR)
                .until(() -> isRefused(server, number));
        return number.get();
    }

    /** Puts until it is refused; whether the first one was. */
    private boolean isRefused(ServerProcess server, AtomicInteger number) throws IOException, InterruptedException {
        int before = number.get();
        while (number.get() < MOST_PUTS) {
            HttpResponse<String> answer = put(server, "full/" + number);
            if (answer.statusCode() == 507) {
                return number.get() == before;
            }
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            number.incrementAndGet();
        }
        throw new AssertionError("never refused in " + MOST_PUTS + " puts:\n" + server.log());
    }

    private HttpResponse<String> put(ServerProcess server, String key) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(server.endpoint() + "/v1/kv/" + key))
                .PUT(BodyPublishers.ofByteArray(new byte[VALUE_BYTES]))
                .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private int status(ServerProcess server, String key) throws IOException, InterruptedException {
        return send(server, "GET", "/" + key).statusCode();
    }

    private HttpResponse<String> send(ServerProcess server, String method, String rest)
            throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(server.endpoint() + "/v1/kv" + rest))
                .method(method, BodyPublishers.noBody())
                .build();
        return http.send(request, BodyHandlers.ofString());
    }
}
