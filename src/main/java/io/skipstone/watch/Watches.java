package io.skipstone.watch;

import java.util.concurrent.CompletionStage;

/** Where watches begin. Any thread, an event loop too. */
public interface Watches {
    /**
     * Begins a watch.
     *
     * @param ready called when something can be taken that was not there before; on a thread of this room, so it returns at once
     * @return the watch, once it is known where it begins; fails with {@code BadRequest}, {@code Compacted}, {@code Overloaded} or {@code
     *     NotReady}, and completes on a thread of this room
     */
    CompletionStage<Watch> watch(WatchSpec spec, Runnable ready);
}
