package io.skipstone.etcd;

import static org.awaitility.Awaitility.await;

import io.grpc.stub.StreamObserver;
import io.skipstone.api.etcd.v3.Event;
import io.skipstone.api.etcd.v3.WatchCancelRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchGrpc.WatchStub;
import io.skipstone.api.etcd.v3.WatchRequest;
import io.skipstone.api.etcd.v3.WatchResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/** All that one stream of watches has said, by watch. How a server packs events into responses is its own business. */
final class WatchLog implements StreamObserver<WatchResponse>, AutoCloseable {
    private static final Duration SAID_WITHIN = Duration.ofSeconds(30);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    private final StreamObserver<WatchRequest> requests;
    private final Map<Long, List<String>> said = new HashMap<>();
    private final Map<Long, Long> newest = new HashMap<>();
    private long created;
    private boolean closed;

    WatchLog(WatchStub stub) {
        this.requests = stub.watch(this);
    }

    void create(WatchCreateRequest create) {
        synchronized (this) {
            created = create.getWatchId();
        }
        requests.onNext(WatchRequest.newBuilder().setCreateRequest(create).build());
    }

    void cancel(long watchId) {
        requests.onNext(WatchRequest.newBuilder()
                .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(watchId))
                .build());
    }

    @Override
    public synchronized void onNext(WatchResponse response) {
        // One that is refused is told of with -1; there is but one create at a time.
        List<String> lines = lines(response.getWatchId() == -1 ? created : response.getWatchId());
        if (response.getCreated()) {
            lines.add("created at %s as %s".formatted(response.getHeader().getRevision(), response.getWatchId()));
        }
        for (Event event : response.getEventsList()) {
            lines.add(Side.Answer.textOf(event));
            newest.merge(response.getWatchId(), event.getKv().getModRevision(), Math::max);
        }
        if (response.getCanceled()) {
            // AcceptedDifference.WATCH_FROM_THE_COMPACTED_REVISION
            lines.add(
                    response.getCompactRevision() > 0
                            ? "canceled, compacted"
                            : "canceled, " + response.getCancelReason());
        }
    }

    private List<String> lines(long watchId) {
        return said.computeIfAbsent(watchId, _ -> new ArrayList<>());
    }

    @Override
    public synchronized void onError(Throwable failure) {
        if (!closed) {
            said.values().forEach(lines -> lines.add("the stream has failed: " + failure));
        }
    }

    @Override
    public synchronized void onCompleted() {
        if (!closed) {
            said.values().forEach(lines -> lines.add("the stream has ended"));
        }
    }

    synchronized List<String> said(long watchId) {
        return List.copyOf(said.getOrDefault(watchId, List.of()));
    }

    private synchronized boolean hasCome(long watchId, long revision) {
        return newest.getOrDefault(watchId, 0L) >= revision;
    }

    boolean isCanceled(long watchId) {
        return has(watchId, "canceled");
    }

    private boolean has(long watchId, String beginning) {
        return said(watchId).stream().anyMatch(line -> line.startsWith(beginning));
    }

    void awaitCreated(long watchId) {
        until("created", watchId, () -> has(watchId, "created") || has(watchId, "the stream"));
    }

    void awaitCanceled(long watchId) {
        until("canceled", watchId, () -> has(watchId, "canceled") || has(watchId, "the stream"));
    }

    /** Waits for an event of this revision or a later one. */
    void awaitRevision(long watchId, long revision) {
        until(
                "at " + revision,
                watchId,
                () -> hasCome(watchId, revision) || has(watchId, "canceled") || has(watchId, "the stream"));
    }

    private void until(String what, long watchId, Callable<Boolean> holds) {
        await("watch " + watchId + " is " + what)
                .atMost(SAID_WITHIN)
                .pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_LOOKS)
                .until(holds);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        requests.onCompleted();
    }
}
