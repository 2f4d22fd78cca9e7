package io.skipstone.api.etcd;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.skipstone.api.OpenWatches;
import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.api.etcd.v3.ResponseHeader;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchRequest;
import io.skipstone.api.etcd.v3.WatchResponse;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchItem;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import io.vertx.core.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * One stream with its watches. On its event loop. A request is taken when the one before it is answered and the client has taken that: clients
 * of etcd match what was created with what they asked for by the order.
 */
final class WatchCall implements StreamObserver<WatchRequest>, OpenWatches.Client {
    /** In a request: the server chooses the id. */
    private static final long ANY_ID = 0;

    /** In an answer: of no watch, or of all of them. */
    private static final long NO_ID = -1;

    private static final String ID_IN_USE = "mvcc: duplicate watch ID provided on the WatchStream";
    private static final String NO_KEYS = "mvcc: watcher range is empty";
    private static final String TOO_SLOW = EtcdError.PREFIX + "watch cancelled, its client takes too little";

    private final ServerCallStreamObserver<WatchResponse> client;
    private final EtcdHeader header;
    private final boolean tellsProgress;
    private final OpenWatches open;
    private final Map<Long, WatchDelivery> deliveries = new HashMap<>();
    private final ProgressRound round = new ProgressRound();
    private long nextId;

    /** A watch was asked for and has neither begun nor failed. */
    private boolean isCreating;

    private boolean wantsRequest;
    private boolean isHalfClosed;

    /**
     * Nothing is watched yet.
     *
     * @param tellsProgress each watch does, asked for or not, so that something is sent now and then
     */
    WatchCall(
            ServerCallStreamObserver<WatchResponse> client,
            Watches watches,
            Supplier<Slot> slots,
            EtcdHeader header,
            boolean tellsProgress,
            Context context) {
        this.client = client;
        this.header = header;
        this.tellsProgress = tellsProgress;
        this.open = new OpenWatches(watches, slots, context, this);
    }

    void start() {
        client.disableAutoRequest();
        client.setOnReadyHandler(open::send);
        client.setOnCancelHandler(open::end);
        client.request(1);
    }

    @Override
    public void onNext(WatchRequest request) {
        if (open.hasEnded()) {
            return;
        }
        take(request);
        wantsRequest = true;
        open.send();
        endIfIdle();
    }

    private void take(WatchRequest request) {
        switch (request.getRequestUnionCase()) {
            case CREATE_REQUEST -> create(request.getCreateRequest());
            case CANCEL_REQUEST -> cancel(request.getCancelRequest().getWatchId());
            case PROGRESS_REQUEST -> askProgress();
            case REQUESTUNION_NOT_SET -> {
                // Something that a newer client may ask for; etcd passes over it too.
            }
        }
    }

    private void create(WatchCreateRequest request) {
        long id = request.getWatchId() == ANY_ID ? freeId() : request.getWatchId();
        if (open.has(id)) {
            refuse(ID_IN_USE);
            return;
        }
        try {
            WatchOptions.spec(request).ifPresentOrElse(spec -> begin(id, spec, request), () -> refuse(NO_KEYS));
        } catch (RuntimeException refused) {
            failed(id, refused);
        }
    }

    private void begin(long id, WatchSpec spec, WatchCreateRequest request) {
        deliveries.put(id, new WatchDelivery(id, WatchOptions.of(request), header));
        isCreating = true;
        open.begin(id, spec);
    }

    private long freeId() {
        while (open.has(nextId)) {
            nextId++;
        }
        return nextId++;
    }

    private void cancel(long id) {
        if (open.has(id)) {
            open.close(id);
            leave(id);
            client.onNext(cancelled(id).build());
            endRound();
        }
    }

    private void askProgress() {
        if (round.isUnderWay()) {
            round.wantAnother();
        } else {
            beginRound();
        }
    }

    private void beginRound() {
        round.begin(open.ids(), header.now().getRevision());
        open.ids().forEach(open::askProgress);
        endRound();
    }

    private void endRound() {
        round.end().ifPresent(revision -> {
            client.onNext(progress(NO_ID, revision));
            if (round.wantsAnother()) {
                beginRound();
            }
        });
    }

    @Override
    public boolean hasRoom() {
        return client.isReady();
    }

    @Override
    public void begun(long id, Watch watch) {
        isCreating = false;
        ResponseHeader at = delivery(id).options().isFromNow() ? header.at(watch.startRevision() - 1) : header.now();
        client.onNext(created(id).setHeader(at).build());
    }

    @Override
    public void failed(long id, Throwable failure) {
        isCreating = false;
        leave(id);
        switch (unwrapped(failure)) {
            case Compacted gone -> {
                client.onNext(created(id).build());
                client.onNext(compacted(id, gone));
            }
            // A client goes on elsewhere when its stream fails, and gives up a watch that is cancelled.
            case NotReady _ -> fail(failure);
            default -> refuse(EtcdErrors.text(failure));
        }
        if (!open.hasEnded()) {
            endRound();
            endIfIdle();
        }
    }

    private static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException wrapper && wrapper.getCause() != null
                ? wrapper.getCause()
                : failure;
    }

    @Override
    public void item(long id, WatchItem item) {
        switch (item) {
            case WatchItem.Events events -> tell(id, events);
            case WatchItem.Progress(var revision, var _) -> tell(id, Revisions.etcd(revision));
            case WatchItem.Cancelled(NotReady leaving, var _) -> fail(leaving);
            case WatchItem.Cancelled(var why, var _) -> {
                leave(id);
                client.onNext(ended(id, why));
                endRound();
                endIfIdle();
            }
        }
    }

    private void tell(long id, WatchItem.Events events) {
        try {
            delivery(id).answers(events).forEach(client::onNext);
        } catch (TooLarge tooLarge) {
            open.close(id);
            leave(id);
            client.onNext(cancelled(id)
                    .setCancelReason(EtcdError.PREFIX + tooLarge.getMessage())
                    .build());
            endRound();
        }
    }

    private void tell(long id, long revision) {
        if (round.isStale(id, revision)) {
            open.askProgress(id);
        }
        if (tellsProgress || delivery(id).options().progressNotify()) {
            client.onNext(progress(id, revision));
        }
        endRound();
    }

    @Override
    public void idle() {
        if (wantsRequest && !isCreating) {
            wantsRequest = false;
            client.request(1);
        }
    }

    private WatchDelivery delivery(long id) {
        return Optional.ofNullable(deliveries.get(id))
                .orElseThrow(() -> new InvariantViolation("watch " + id + " is told of and not open"));
    }

    private void leave(long id) {
        deliveries.remove(id);
        round.leave(id);
    }

    private void refuse(String reason) {
        client.onNext(created(NO_ID).setCanceled(true).setCancelReason(reason).build());
    }

    private WatchResponse ended(long id, Throwable why) {
        return switch (why) {
            case Compacted gone -> compacted(id, gone);
            default ->
                cancelled(id)
                        .setCancelReason(isSlowness(why) ? TOO_SLOW : EtcdErrors.text(why))
                        .build();
        };
    }

    private static boolean isSlowness(Throwable why) {
        return why instanceof Overloaded slow && slow.code().equals("slow_watcher");
    }

    private WatchResponse compacted(long id, Compacted gone) {
        return cancelled(id)
                .setCompactRevision(Revisions.etcd(gone.lowestRevision()))
                .setCancelReason(EtcdError.COMPACTED.text())
                .build();
    }

    private WatchResponse progress(long id, long revision) {
        ResponseHeader at = header.now().toBuilder().setRevision(revision).build();
        return WatchResponse.newBuilder().setHeader(at).setWatchId(id).build();
    }

    private WatchResponse.Builder created(long id) {
        return response(id).setCreated(true);
    }

    private WatchResponse.Builder cancelled(long id) {
        return response(id).setCanceled(true);
    }

    private WatchResponse.Builder response(long id) {
        return WatchResponse.newBuilder().setHeader(header.now()).setWatchId(id);
    }

    private void fail(Throwable failure) {
        if (!open.hasEnded()) {
            open.end();
            client.onError(EtcdCalls.status(failure));
        }
    }

    private void endIfIdle() {
        if (!open.hasEnded() && isHalfClosed && open.isEmpty()) {
            open.end();
            client.onCompleted();
        }
    }

    @Override
    public void onError(Throwable lost) {
        open.end();
    }

    @Override
    public void onCompleted() {
        isHalfClosed = true;
        endIfIdle();
    }
}
