package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.OneNode;
import io.skipstone.api.etcd.v3.WatchGrpc;
import io.skipstone.api.etcd.v3.WatchRequest;
import io.skipstone.api.etcd.v3.WatchResponse;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A client that takes nothing from its connection while its watch has much to tell. */
@QuarkusTest
@TestProfile(SlowWatcherTest.ShortStall.class)
@Timeout(120)
class SlowWatcherTest extends EtcdDoor {
    private static final int BUFFER_BYTES = 64 << 10;

    /** What a client that takes nothing lets come. */
    private static final int WINDOW_BYTES = 64 << 10;

    private static final int VALUE_BYTES = 10_000;

    /** Many times what may be on its way to a client. */
    private static final int MANY = 600;

    private static final String TOO_SLOW = "etcdserver: watch cancelled, its client takes too little";

    /** Buffers that are soon full, and little patience with who leaves them so. */
    public static class ShortStall extends OneNode {
        @Override
        public Map<String, String> getConfigOverrides() {
            var settings = new HashMap<>(super.getConfigOverrides());
            settings.put("skipstone.watch.buffer-bytes", Integer.toString(BUFFER_BYTES));
            settings.put("skipstone.watch.stall-millis", "500");
            return settings;
        }
    }

    @Inject
    MeterRegistry meters;

    private ManagedChannel slowChannel;

    @BeforeEach
    void connectSlowly() {
        slowChannel = NettyChannelBuilder.forAddress(node.getHost(), node.getPort())
                .usePlaintext()
                .flowControlWindow(WINDOW_BYTES)
                .build();
    }

    @AfterEach
    void disconnectSlowly() {
        slowChannel.shutdownNow();
    }

    @Test
    void losesTheWatchAloneAndGoesOnWhereItWas() throws Exception {
        Coming<WatchRequest, WatchResponse> slow = Coming.takingOne();
        watch(slowChannel, slow, room, 0);
        watch(slow, room + "/quiet", 0);
        var quick = new Coming<WatchRequest, WatchResponse>();
        watch(channel, quick, room, 0);

        List<Long> written = writeUntilOneIsCancelled();
        List<Long> told = revisions(quick, written.size());
        assertThat(told).isEqualTo(written);

        slow.takeAll();
        List<Long> had = takeToTheEnd(slow);
        assertThat(had.size() * (long) VALUE_BYTES)
                .as("bytes that were on their way, of %d", written.size() * (long) VALUE_BYTES)
                .isLessThan(4 * (WINDOW_BYTES + BUFFER_BYTES));
        assertThat(written).startsWith(had.toArray(Long[]::new));

        put(room + "/quiet", "changed", 0);
        assertThat(slow.next().getEvents(0).getKv().getKey()).isEqualTo(text(room + "/quiet"));
        var resumed = new Coming<WatchRequest, WatchResponse>();
        watch(slowChannel, resumed, room, had.getLast() + 1);
        assertThat(revisions(resumed, written.size() - had.size()))
                .isEqualTo(written.subList(had.size(), written.size()));
    }

    private void watch(ManagedChannel over, Coming<WatchRequest, WatchResponse> watcher, String key, long startRevision)
            throws InterruptedException {
        var _ = WatchGrpc.newStub(over).watch(watcher);
        watch(watcher, key, startRevision);
        assertThat(watcher.next().getCreated()).isTrue();
    }

    private static void watch(Coming<WatchRequest, WatchResponse> watcher, String key, long startRevision) {
        var request = WatchRequest.newBuilder();
        request.getCreateRequestBuilder().setKey(text(key)).setStartRevision(startRevision);
        watcher.send(request.build());
    }

    /** As etcd counts. */
    private List<Long> writeUntilOneIsCancelled() {
        var written = new ArrayList<Long>();
        String value = "x".repeat(VALUE_BYTES);
        while (written.size() < MANY || cancelled() == 0) {
            written.add(put(room, value, 0) + 1);
            assertThat(waitingBytes()).isLessThanOrEqualTo(2 * BUFFER_BYTES);
        }
        return written;
    }

    private double cancelled() {
        return meters.get("skipstone.watch.cancelled.slow").functionCounter().count();
    }

    private double waitingBytes() {
        return meters.get("skipstone.watch.waiting").gauge().value();
    }

    private static List<Long> revisions(Coming<WatchRequest, WatchResponse> watcher, int count)
            throws InterruptedException {
        var revisions = new ArrayList<Long>();
        while (revisions.size() < count) {
            WatchResponse next = watcher.next();
            assertThat(next.getCanceled()).as("%s", next).isFalse();
            next.getEventsList().forEach(event -> revisions.add(event.getKv().getModRevision()));
        }
        return revisions;
    }

    /** The revisions that were told before the watch was cancelled. */
    private static List<Long> takeToTheEnd(Coming<WatchRequest, WatchResponse> slow) throws InterruptedException {
        var revisions = new ArrayList<Long>();
        WatchResponse next = slow.next();
        while (!next.getCanceled()) {
            next.getEventsList().forEach(event -> revisions.add(event.getKv().getModRevision()));
            next = slow.next();
        }
        assertThat(next.getCancelReason()).isEqualTo(TOO_SLOW);
        assertThat(next.getCompactRevision()).isZero();
        assertThat(next.getWatchId()).isZero();
        return revisions;
    }
}
