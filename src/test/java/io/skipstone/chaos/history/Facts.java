package io.skipstone.chaos.history;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Where the servers say that an action took place. */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "is")
public sealed interface Facts {
    /** Not every answer says it. */
    record Untold() implements Facts {}

    /**
     * A place in the order of all writes.
     *
     * @param revision of the store that was read, or that the write made
     * @param timestamp of the commit, or what the read looked at
     */
    record Told(long revision, long timestamp) implements Facts {}
}
