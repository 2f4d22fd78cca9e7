package io.skipstone.api.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.api.grpc.v1.WatchRequest;
import io.skipstone.api.grpc.v1.WatchResponse;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchItem;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * One stream with its watches. On its event loop. A request is taken when the client has taken the answers to those before it, so what
 * waits for a client here is one message for each of its watches at most; the rest waits in the watches, which are bounded.
 */
final class WatchCall implements StreamObserver<WatchRequest> {
    private final ServerCallStreamObserver<WatchResponse> client;
    private final Watches watches;
    private final Supplier<Slot> slots;
    private final WatchAnswers answers;
    private final Context context;
    private final Map<Long, Open> open = new LinkedHashMap<>();

    /** Those that may have something to be sent, in turn. */
    private final Queue<Open> ready = new ArrayDeque<>();

    private boolean wantsRequest;
    private boolean isHalfClosed;
    private boolean ended;

    WatchCall(
            ServerCallStreamObserver<WatchResponse> client,
            Watches watches,
            Supplier<Slot> slots,
            WatchAnswers answers,
            Context context) {
        this.client = client;
        this.watches = watches;
        this.slots = slots;
        this.answers = answers;
        this.context = context;
    }

    /** One watch of this stream, from the moment that it is asked for. */
    private final class Open {
        private final long id;
        private final Slot slot;

        /** Set while it is on its way to the event loop, or in the queue. */
        private final AtomicBoolean isReady = new AtomicBoolean();

        private Optional<Watch> watch = Optional.empty();

        /** Asked for before there was a watch to ask. */
        private boolean wantsProgress;

        Open(long id, Slot slot) {
            this.id = id;
            this.slot = slot;
        }

        /** On a thread of the watches. */
        void signal() {
            if (!isReady.getAndSet(true)) {
                context.runOnContext(here -> {
                    ready.add(this);
                    send();
                });
            }
        }

        void askProgress() {
            watch.ifPresentOrElse(Watch::askProgress, () -> wantsProgress = true);
        }

        void close() {
            slot.close();
            watch.ifPresent(Watch::close);
        }
    }

    void start() {
        client.disableAutoRequest();
        client.setOnReadyHandler(this::send);
        client.setOnCancelHandler(this::end);
        client.request(1);
    }

    @Override
    public void onNext(WatchRequest request) {
        if (ended) {
            return;
        }
        try {
            UnknownFields.refuse(request);
            take(request);
        } catch (RuntimeException refused) {
            answer(answers.refused(request.getWatchId(), refused));
        }
        wantsRequest = true;
        send();
    }

    private void take(WatchRequest request) {
        long id = request.getWatchId();
        if (id < 1) {
            throw new BadRequest("bad_watch_id", "a watch id is a number from 1 to " + Long.MAX_VALUE);
        }
        switch (request.getRequestCase()) {
            case CREATE -> create(id, Requests.watch(request.getCreate()));
            case CANCEL -> cancel(known(id));
            case ASK_PROGRESS -> known(id).askProgress();
            case REQUEST_NOT_SET -> throw new BadRequest("missing_field", "the request asks for nothing");
        }
    }

    private Open known(long id) {
        Open known = open.get(id);
        if (known == null) {
            throw new BadRequest("watch_unknown", "this stream has no watch of this id, or it has ended");
        }
        return known;
    }

    private void create(long id, WatchSpec spec) {
        if (open.containsKey(id)) {
            throw new BadRequest("watch_id_in_use", "this stream has a watch of this id; choose another one");
        }
        var opening = new Open(id, slots.get());
        open.put(id, opening);
        watches.watch(spec, opening::signal)
                .whenComplete((watch, failure) -> context.runOnContext(here -> created(opening, watch, failure)));
    }

    private void created(Open opening, Watch watch, Throwable failure) {
        boolean isWanted = !ended && open.get(opening.id) == opening;
        if (failure != null) {
            if (isWanted) {
                close(opening);
                answer(answers.refused(opening.id, failure));
                endIfIdle();
            }
            return;
        }
        opening.watch = Optional.of(watch);
        if (!isWanted) {
            watch.close();
            return;
        }
        answer(answers.created(opening.id, watch.startRevision()));
        if (opening.wantsProgress) {
            watch.askProgress();
        }
        opening.signal();
        send();
    }

    private void cancel(Open known) {
        close(known);
        answer(answers.cancelled(known.id));
    }

    private void close(Open gone) {
        open.remove(gone.id, gone);
        gone.close();
    }

    private void answer(WatchResponse response) {
        client.onNext(response);
    }

    /** Called whenever there may be something to do. Each watch in turn, one item at a time. */
    private void send() {
        while (!ended && client.isReady() && !ready.isEmpty()) {
            Open turn = ready.remove();
            // Before it is looked at: what comes after that look signals again.
            turn.isReady.set(false);
            if (open.get(turn.id) == turn) {
                turn.watch.flatMap(Watch::take).ifPresent(item -> send(turn, item));
            }
        }
        if (!ended && wantsRequest && client.isReady()) {
            wantsRequest = false;
            client.request(1);
        }
        endIfIdle();
    }

    private void send(Open turn, WatchItem item) {
        answer(answers.item(turn.id, item));
        if (item instanceof WatchItem.Cancelled) {
            close(turn);
        } else if (!turn.isReady.getAndSet(true)) {
            ready.add(turn);
        }
    }

    private void endIfIdle() {
        if (!ended && isHalfClosed && open.isEmpty()) {
            end();
            client.onCompleted();
        }
    }

    @Override
    public void onError(Throwable lost) {
        end();
    }

    @Override
    public void onCompleted() {
        isHalfClosed = true;
        endIfIdle();
    }

    /** Nobody listens any more; once or more. */
    private void end() {
        ended = true;
        open.values().forEach(Open::close);
        open.clear();
    }
}
