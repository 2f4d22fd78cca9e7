package io.skipstone.command;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;

/** A condition on one key. A missing key has revisions, version and commit timestamp 0, and no value. */
public record Compare(Key key, Relation relation, Target target) {
    /** How what stands in the store relates to the target. */
    public enum Relation {
        EQUAL,
        NOT_EQUAL,
        LESS,
        GREATER
    }

    /** What of the key is compared, and with what. */
    public sealed interface Target {
        /** Whether the key exists; only with EQUAL and NOT_EQUAL. */
        record Exists(boolean exists) implements Target {}

        /** The value, byte by byte, unsigned. A missing key equals no value, is less than none and greater than none. */
        record Value(Bytes value) implements Target {}

        record Version(long version) implements Target {}

        record CreateRevision(long revision) implements Target {}

        record ModRevision(long revision) implements Target {}

        record CommitTimestamp(Timestamp timestamp) implements Target {}
    }
}
