package io.skipstone.chaos.history;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** Which state an action asked for. Whatever writes is linearizable. */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "is")
public sealed interface Freshness {
    record Linearizable() implements Freshness {}

    /** Whatever the node holds. */
    record Local() implements Freshness {}

    record AtRevision(long revision) implements Freshness {}
}
