package io.skipstone.chaos.history;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** A part of an action. */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "is")
public sealed interface Step {
    record Get(String key) implements Step {}

    /** All keys of the group. */
    record GetAll() implements Step {}

    record Put(String key, String value) implements Step {}

    record Delete(String key) implements Step {}

    /** All keys of the group. */
    record DeleteAll() implements Step {}
}
