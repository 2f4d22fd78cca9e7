package io.skipstone.chaos.history;

import com.fasterxml.jackson.annotation.JsonTypeInfo;

/** How an operation ended, as its client knows it. */
@JsonTypeInfo(use = JsonTypeInfo.Id.MINIMAL_CLASS, property = "is")
public sealed interface Outcome {
    /** The server answered. */
    record Ok(long returnedNanos, Answer answer, Facts facts) implements Outcome {}

    /** The server, or a connection that never came about, says for certain that nothing was written. */
    record Refused(long returnedNanos, String code) implements Outcome {}

    /** It may have taken effect, may take effect at any later time, or never. */
    record Unknown(long gaveUpNanos, String why) implements Outcome {}
}
