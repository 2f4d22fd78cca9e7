package io.skipstone.command;

import io.skipstone.command.Compare.Relation;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;

/**
 * A condition that every key of a range must pass. A range without keys counts as one key of version, revisions and lease 0; it has no
 * value, and passes no condition on one.
 */
public record RangeCompare(KeyRange keys, Relation relation, Target target) {
    /** What of a key is compared, and with what. Numbers may be ones that no key can have. */
    public sealed interface Target {
        /** The value, byte by byte, unsigned. */
        record Value(Bytes value) implements Target {}

        record Version(long version) implements Target {}

        record CreateRevision(long revision) implements Target {}

        record ModRevision(long revision) implements Target {}

        record LeaseId(long id) implements Target {}
    }
}
