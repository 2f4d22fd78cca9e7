package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import grpc.health.v1.HealthGrpc;
import grpc.health.v1.HealthOuterClass.HealthCheckRequest;
import grpc.health.v1.HealthOuterClass.HealthCheckResponse;
import io.grpc.ManagedChannel;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.etcd.v3.LeaseGrpc;
import io.skipstone.api.etcd.v3.LeaseKeepAliveRequest;
import io.skipstone.api.etcd.v3.LeaseKeepAliveResponse;
import io.skipstone.api.etcd.v3.LockGrpc;
import io.skipstone.api.etcd.v3.LockRequest;
import io.skipstone.api.etcd.v3.LockResponse;
import io.skipstone.api.etcd.v3.WatchGrpc;
import io.skipstone.api.etcd.v3.WatchRequest;
import io.skipstone.api.etcd.v3.WatchResponse;
import io.skipstone.api.grpc.v1.KeepLeaseAliveRequest;
import io.skipstone.api.grpc.v1.KeepLeaseAliveResponse;
import io.skipstone.api.rest.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that wait for longer than a connection may be idle, each on its own, and send no pings, as etcd's clients do by default. */
@QuarkusTest
@TestProfile(OneNode.class)
class SilenceTest extends EtcdDoor {
    private static final Duration LONG = Duration.ofSeconds(3L * OneNode.IDLE_TIMEOUT_SECONDS);
    private static final long TTL_SECONDS = 600;

    private final List<ManagedChannel> channels = new ArrayList<>();
    private final Coming<WatchRequest, WatchResponse> watch = new Coming<>();
    private final Coming<io.skipstone.api.grpc.v1.WatchRequest, io.skipstone.api.grpc.v1.WatchResponse> ourWatch =
            new Coming<>();
    private final Coming<LeaseKeepAliveRequest, LeaseKeepAliveResponse> lease = new Coming<>();
    private final Coming<KeepLeaseAliveRequest, KeepLeaseAliveResponse> ourLease = new Coming<>();
    private final Coming<LockRequest, LockResponse> lock = new Coming<>();
    private final Coming<HealthCheckRequest, HealthCheckResponse> health = new Coming<>();

    @AfterEach
    void disconnectAll() {
        channels.forEach(ManagedChannel::shutdownNow);
    }

    @Test
    void isNoReasonToCutAConnectionOnWhichACallWaits() throws Exception {
        long id = grant(TTL_SECONDS);
        begin(id);

        await().atMost(LONG.plus(PATIENCE)).during(LONG).untilAsserted(() -> assertThat(
                        Stream.of(watch, ourWatch, lease, ourLease, lock, health))
                .allSatisfy(call -> assertThat(call.end()).isNotDone()));

        put(room, "changed", 0);
        assertThat(watch.next().getEvents(0).getKv().getValue()).isEqualTo(text("changed"));
        assertThat(ourWatch.next().getEvents().getEvents(0).getPut().getValue()).isEqualTo(text("changed"));
        keepAlive(id);
        assertThat(lease.next().getTTL()).isEqualTo(TTL_SECONDS);
        assertThat(ourLease.next().getTtlSeconds()).isEqualTo(TTL_SECONDS);
        assertThat(lock.isWaiting()).isTrue();
        assertThat(health.isWaiting()).isTrue();
    }

    /** Over HTTP/1 there are no pings, and a watch tells its progress. */
    @Test
    void isNotHeardOnAWatchOverRest() throws Exception {
        try (var events = EventStream.open(node, "?key=" + room + "&progressMillis=1000")) {
            events.next("started");

            for (int seconds = 0; seconds < LONG.toSeconds(); seconds++) {
                events.next("progress");
            }

            put(room, "changed", 0);
            EventStream.Event next = events.next();
            while (next.name().equals("progress")) {
                next = events.next();
            }
            assertThat(next.name()).isEqualTo("change");
        }
    }

    /** Each call says one thing and is told one, and then there is silence. */
    private void begin(long id) throws InterruptedException {
        var _ = WatchGrpc.newStub(anotherChannel()).watch(watch);
        var create = WatchRequest.newBuilder();
        create.getCreateRequestBuilder().setKey(text(room));
        watch.send(create.build());
        assertThat(watch.next().getCreated()).isTrue();

        var _ = io.skipstone.api.grpc.v1.WatchGrpc.newStub(anotherChannel()).watch(ourWatch);
        var createOurs = io.skipstone.api.grpc.v1.WatchRequest.newBuilder().setWatchId(1);
        createOurs.getCreateBuilder().setKey(text(room)).setProgressMillis(30_000);
        ourWatch.send(createOurs.build());
        assertThat(ourWatch.next().hasCreated()).isTrue();

        var _ = LeaseGrpc.newStub(anotherChannel()).leaseKeepAlive(lease);
        var _ = io.skipstone.api.grpc.v1.LeaseGrpc.newStub(anotherChannel()).keepAlive(ourLease);
        keepAlive(id);
        assertThat(lease.next().getTTL()).isEqualTo(TTL_SECONDS);
        assertThat(ourLease.next().getTtlSeconds()).isEqualTo(TTL_SECONDS);

        LockRequest held =
                LockRequest.newBuilder().setName(text(room)).setLease(id).build();
        var _ = LockGrpc.newBlockingStub(channel).lock(held);
        LockGrpc.newStub(anotherChannel())
                .lock(held.toBuilder().setLease(grant(TTL_SECONDS)).build(), lock);

        HealthGrpc.newStub(anotherChannel()).watch(HealthCheckRequest.getDefaultInstance(), health);
        health.next();
    }

    private void keepAlive(long id) {
        lease.send(LeaseKeepAliveRequest.newBuilder().setID(id).build());
        ourLease.send(KeepLeaseAliveRequest.newBuilder().setId(id).build());
    }

    private ManagedChannel anotherChannel() {
        ManagedChannel another = newChannel();
        channels.add(another);
        return another;
    }
}
