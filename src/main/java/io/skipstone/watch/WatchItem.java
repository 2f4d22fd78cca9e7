package io.skipstone.watch;

import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.util.List;

/** What a watcher is told. */
public sealed interface WatchItem {
    /**
     * What one revision changed of the keys that are watched.
     *
     * @param events in the order of the transaction; empty only at the end of a revision that came in fragments
     * @param isFragment more of the same revision follows
     */
    record Events(long revision, Timestamp commitTs, List<WatchEvent> events, boolean isFragment) implements WatchItem {
        public Events {
            events = List.copyOf(events);
        }

        long sizeBytes() {
            return events.stream().mapToLong(WatchEvent::sizeBytes).sum();
        }
    }

    /**
     * Nothing is missing.
     *
     * @param revision up to here, of what this node has applied
     * @param resumeRevision where a new watch would go on; higher where the watch waits for a revision to come
     */
    record Progress(long revision, long resumeRevision) implements WatchItem {}

    /**
     * The last item.
     *
     * @param resumeRevision what was not delivered begins here; with {@code Compacted}, what can be watched does
     */
    record Cancelled(SkipstoneException why, long resumeRevision) implements WatchItem {}
}
