package io.skipstone.api.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.skipstone.api.OpenWatches;
import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.api.grpc.v1.WatchRequest;
import io.skipstone.api.grpc.v1.WatchResponse;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchItem;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import io.vertx.core.Context;
import java.util.function.Supplier;

/** One stream with its watches. On its event loop. A request is taken when the client has taken the answers to those before it. */
final class WatchCall implements StreamObserver<WatchRequest>, OpenWatches.Client {
    private final ServerCallStreamObserver<WatchResponse> client;
    private final WatchAnswers answers;
    private final OpenWatches open;
    private boolean wantsRequest;
    private boolean isHalfClosed;

    WatchCall(
            ServerCallStreamObserver<WatchResponse> client,
            Watches watches,
            Supplier<Slot> slots,
            WatchAnswers answers,
            Context context) {
        this.client = client;
        this.answers = answers;
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
        try {
            UnknownFields.refuse(request);
            take(request);
        } catch (RuntimeException refused) {
            answer(answers.refused(request.getWatchId(), refused));
        }
        wantsRequest = true;
        open.send();
        endIfIdle();
    }

    private void take(WatchRequest request) {
        long id = request.getWatchId();
        if (id < 1) {
            throw new BadRequest("bad_watch_id", "a watch id is a number from 1 to " + Long.MAX_VALUE);
        }
        switch (request.getRequestCase()) {
            case CREATE -> create(id, Requests.watch(request.getCreate()));
            case CANCEL -> cancel(known(id));
            case ASK_PROGRESS -> open.askProgress(known(id));
            case REQUEST_NOT_SET -> throw new BadRequest("missing_field", "the request asks for nothing");
        }
    }

    private long known(long id) {
        if (!open.has(id)) {
            throw new BadRequest("watch_unknown", "this stream has no watch of this id, or it has ended");
        }
        return id;
    }

    private void create(long id, WatchSpec spec) {
        if (open.has(id)) {
            throw new BadRequest("watch_id_in_use", "this stream has a watch of this id; choose another one");
        }
        open.begin(id, spec);
    }

    private void cancel(long id) {
        open.close(id);
        answer(answers.cancelled(id));
    }

    @Override
    public boolean hasRoom() {
        return client.isReady();
    }

    @Override
    public void begun(long id, Watch watch) {
        answer(answers.created(id, watch.startRevision()));
    }

    @Override
    public void failed(long id, Throwable failure) {
        answer(answers.refused(id, failure));
        endIfIdle();
    }

    @Override
    public void item(long id, WatchItem item) {
        answer(answers.item(id, item));
        endIfIdle();
    }

    @Override
    public void idle() {
        if (wantsRequest) {
            wantsRequest = false;
            client.request(1);
        }
    }

    private void answer(WatchResponse response) {
        client.onNext(response);
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
