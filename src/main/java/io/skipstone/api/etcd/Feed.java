package io.skipstone.api.etcd;

import io.skipstone.model.SkipstoneException;
import io.skipstone.watch.Watch;
import io.skipstone.watch.WatchItem;
import io.skipstone.watch.WatchItem.Cancelled;
import io.skipstone.watch.WatchItem.Events;
import io.skipstone.watch.WatchItem.Progress;
import io.skipstone.watch.WatchSpec;
import io.skipstone.watch.Watches;
import io.vertx.core.Context;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/** One watch of the store, from the moment that it is asked for. On its event loop. */
final class Feed implements AutoCloseable {
    private final Context context;
    private final Runnable ready;

    /** Set while it is on its way to the event loop. */
    private final AtomicBoolean isSignalled = new AtomicBoolean();

    private Optional<Watch> watch = Optional.empty();
    private Optional<RuntimeException> refused = Optional.empty();
    private boolean closed;

    private Feed(Context context, Runnable ready) {
        this.context = context;
        this.ready = ready;
    }

    /**
     * Begins to watch.
     *
     * @param ready run on the event loop, after this has returned, when {@link #take} may have something to say
     */
    static Feed open(Watches watches, WatchSpec spec, Context context, Runnable ready) {
        var feed = new Feed(context, ready);
        watches.watch(spec, feed::signal)
                .whenComplete((watch, failure) -> context.runOnContext(here -> feed.opened(watch, failure)));
        return feed;
    }

    /** On a thread of the watches. */
    private void signal() {
        if (!isSignalled.getAndSet(true)) {
            context.runOnContext(here -> wake());
        }
    }

    private void wake() {
        // Before it is looked at: what comes after that look signals again.
        isSignalled.set(false);
        if (!closed) {
            ready.run();
        }
    }

    private void opened(Watch opened, Throwable failure) {
        if (failure != null) {
            refused =
                    Optional.of(failure instanceof SkipstoneException known ? known : new CompletionException(failure));
        } else if (closed) {
            opened.close();
        } else {
            watch = Optional.of(opened);
        }
        wake();
    }

    /**
     * The next events, if there are some.
     *
     * @throws SkipstoneException the watch has ended, or never began
     */
    Optional<Events> take() {
        if (refused.isPresent()) {
            throw refused.get();
        }
        Optional<WatchItem> item = watch.flatMap(Watch::take);
        while (item.isPresent()) {
            switch (item.get()) {
                case Events events -> {
                    return Optional.of(events);
                }
                case Progress _ -> item = watch.flatMap(Watch::take);
                case Cancelled last -> {
                    refused = Optional.of(last.why());
                    throw last.why();
                }
            }
        }
        return Optional.empty();
    }

    /** Whether there is, or was, anything to take: else {@link #take} tells why not. */
    boolean hasBegun() {
        return watch.isPresent();
    }

    /** Once or more. */
    @Override
    public void close() {
        closed = true;
        watch.ifPresent(Watch::close);
    }
}
