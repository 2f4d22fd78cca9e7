package io.skipstone.chaos.history;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** What must hold of one key for an action to have its way. */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "is")
public sealed interface Guard {
    String key();

    record Exists(String key, boolean exists) implements Guard {}

    record HasValue(String key, String value) implements Guard {}

    record HasVersion(String key, long version) implements Guard {}

    /** The key is as it was seen. Values are written once, so the value stands for the revision. */
    record Unchanged(String key, Seen seen) implements Guard {}
}
