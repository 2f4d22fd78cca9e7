package io.skipstone.api;

import io.skipstone.api.WatchSlots.Slot;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchItem;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import io.vertx.core.Context;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/**
 * The watches of one stream, each in turn, one item at a time, while the client has room. What waits for a client here is one message for
 * each of its watches at most; the rest waits in the watches, which are bounded. On the event loop of the stream, all of it.
 */
public final class OpenWatches {
    private final Watches watches;
    private final Supplier<Slot> slots;
    private final Context context;
    private final Client client;
    private final Map<Long, Open> open = new LinkedHashMap<>();

    /** Those that may have something to be sent, in turn. */
    private final Queue<Open> ready = new ArrayDeque<>();

    private boolean ended;

    /**
     * Nothing is open yet.
     *
     * @param slots a place for one watch; throws {@code Overloaded} when there is none
     */
    public OpenWatches(Watches watches, Supplier<Slot> slots, Context context, Client client) {
        this.watches = watches;
        this.slots = slots;
        this.context = context;
        this.client = client;
    }

    /** Who is told. On the event loop. */
    public interface Client {
        /** Whether more can be sent now. When it has room again, it calls {@link #send}. */
        boolean hasRoom();

        /** The watch has begun; what it tells comes after this. */
        void begun(long id, Watch watch);

        /** There is no such watch now: it could not begin, for this reason. */
        void failed(long id, Throwable failure);

        /** What a watch tells. After {@link WatchItem.Cancelled} it is gone. */
        void item(long id, WatchItem item);

        /** Called after all that there was to be sent, if there was room. */
        void idle();
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

    public boolean has(long id) {
        return open.containsKey(id);
    }

    public boolean isEmpty() {
        return open.isEmpty();
    }

    public List<Long> ids() {
        return List.copyOf(open.keySet());
    }

    /**
     * Begins a watch, or throws what the client is to be told.
     *
     * @param id none that is open
     */
    public void begin(long id, WatchSpec spec) {
        var opening = new Open(id, slots.get());
        open.put(id, opening);
        watches.watch(spec, opening::signal)
                .whenComplete((watch, failure) -> context.runOnContext(here -> begun(opening, watch, failure)));
    }

    private void begun(Open opening, Watch watch, Throwable failure) {
        boolean isWanted = !ended && open.get(opening.id) == opening;
        if (failure != null) {
            if (isWanted) {
                close(opening.id);
                client.failed(opening.id, failure);
                send();
            }
            return;
        }
        opening.watch = Optional.of(watch);
        if (!isWanted) {
            watch.close();
            return;
        }
        client.begun(opening.id, watch);
        if (opening.wantsProgress) {
            watch.askProgress();
        }
        opening.signal();
        send();
    }

    /** Asks an open watch for a {@link WatchItem.Progress}. */
    public void askProgress(long id) {
        Optional.ofNullable(open.get(id)).ifPresent(Open::askProgress);
    }

    /** Ends a watch, if it is open. */
    public void close(long id) {
        Optional.ofNullable(open.remove(id)).ifPresent(Open::close);
    }

    /** Called whenever there may be something to do. */
    public void send() {
        while (!ended && client.hasRoom() && !ready.isEmpty()) {
            Open turn = ready.remove();
            // Before it is looked at: what comes after that look signals again.
            turn.isReady.set(false);
            if (open.get(turn.id) == turn) {
                turn.watch.flatMap(Watch::take).ifPresent(item -> send(turn, item));
            }
        }
        if (!ended && client.hasRoom()) {
            client.idle();
        }
    }

    private void send(Open turn, WatchItem item) {
        if (item instanceof WatchItem.Cancelled) {
            close(turn.id);
        }
        client.item(turn.id, item);
        if (open.get(turn.id) == turn && !turn.isReady.getAndSet(true)) {
            ready.add(turn);
        }
    }

    /** Nobody listens any more; once or more. */
    public void end() {
        ended = true;
        open.values().forEach(Open::close);
        open.clear();
        ready.clear();
    }

    public boolean hasEnded() {
        return ended;
    }
}
