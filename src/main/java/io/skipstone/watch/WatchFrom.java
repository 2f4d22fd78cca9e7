package io.skipstone.watch;

import io.skipstone.model.Timestamp;

/** Which change is the first of a watch. */
public sealed interface WatchFrom {
    /** The first one after all that this node has applied. */
    record Now() implements WatchFrom {}

    /**
     * That of this revision.
     *
     * @param revision may lie in the future: the watch waits for it
     */
    record Revision(long revision) implements WatchFrom {}

    /**
     * The first one at or after a timestamp.
     *
     * @param timestamp may lie in the future
     * @param revision and not before this one; 0: wherever the timestamp is
     */
    record Time(Timestamp timestamp, long revision) implements WatchFrom {}

    static WatchFrom now() {
        return new Now();
    }

    /** The same for a watcher that has had all up to some revision already. */
    default WatchFrom after(long seenRevision) {
        return switch (this) {
            case Now _ -> new Revision(seenRevision + 1);
            case Revision(var asked) -> new Revision(Math.max(asked, seenRevision + 1));
            case Time(var timestamp, var asked) -> new Time(timestamp, Math.max(asked, seenRevision + 1));
        };
    }
}
