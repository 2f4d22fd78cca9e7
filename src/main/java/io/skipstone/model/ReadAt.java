package io.skipstone.model;

/** The moment a read looks at. */
public sealed interface ReadAt {
    /** The newest state. */
    record Latest() implements ReadAt {}

    /** The state after every commit up to this timestamp, included. */
    record AtTimestamp(Timestamp timestamp) implements ReadAt {}

    /**
     * The state after this revision.
     *
     * @param revision from 0, the empty store
     */
    record AtRevision(long revision) implements ReadAt {}

    /** A moment that an earlier page of the same scan was read at. */
    record AtMoment(Moment moment) implements ReadAt {}

    Latest LATEST = new Latest();
}
