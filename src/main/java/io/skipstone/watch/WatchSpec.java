package io.skipstone.watch;

import io.skipstone.model.KeyRange;
import io.skipstone.model.SkipstoneException.BadRequest;

/**
 * What is to be watched.
 *
 * @param previous whether each event carries what was there before
 * @param progressMillis after so long without an event the watcher is told up to where nothing is missing
 */
public record WatchSpec(KeyRange keys, WatchFrom from, boolean previous, long progressMillis) {
    public static final long MIN_PROGRESS_MILLIS = 100;
    public static final long MAX_PROGRESS_MILLIS = 30_000;

    /** A watch that asked for nothing else; below what a connection may be idle. */
    public static final long DEFAULT_PROGRESS_MILLIS = 15_000;

    public WatchSpec {
        if (progressMillis < MIN_PROGRESS_MILLIS || progressMillis > MAX_PROGRESS_MILLIS) {
            throw new BadRequest(
                    "bad_progress",
                    "progress is told every " + MIN_PROGRESS_MILLIS + " to " + MAX_PROGRESS_MILLIS + " milliseconds");
        }
    }
}
