package io.skipstone.command;

import io.skipstone.model.Bytes;
import io.skipstone.model.Timestamp;

/**
 * A command as it stands in the log.
 *
 * @param commitTs stamped by the leader in log order; strictly increasing within a group
 * @param once how a repetition is recognised
 */
public record LogEntry(Timestamp commitTs, Once once, Command command) {

    /** Whether a repeated request takes effect once. */
    public sealed interface Once {
        /** Each proposal takes effect. */
        record EachTime() implements Once {}

        /**
         * Proposals with the same idempotency key take effect once.
         *
         * @param idempotencyKey chosen by the client, 1 to 255 bytes
         * @param keepMillis how long after the commit timestamp the outcome is remembered
         */
        record ByKey(Bytes idempotencyKey, long keepMillis) implements Once {}

        EachTime EACH_TIME = new EachTime();
    }
}
