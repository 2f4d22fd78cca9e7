package io.skipstone.command;

import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.model.Bytes;
import java.util.EnumMap;
import java.util.Map;

/**
 * All conditions on one key, to find out whether a store could ever fulfil them. Each number of a missing key is 0 and each
 * of a present one is at least 1, so a condition on a number is one on existence too.
 */
final class KeyConditions {
    private final Map<Attribute, Span<Long>> numbers = new EnumMap<>(Attribute.class);
    private final Span<Bytes> value = new Span<>(Bytes.EMPTY, Bytes::successor);
    private boolean missingHasValue;

    void add(Compare compare) {
        Relation relation = compare.relation();
        switch (compare.target()) {
            case Target.Exists(var exists) -> narrow(Attribute.PRESENCE, relation, exists ? 1 : 0);
            case Target.Value(var bytes) -> {
                value.narrow(relation, bytes);
                // A missing key differs from every value, and has no other relation to any.
                missingHasValue |= relation != Relation.NOT_EQUAL;
            }
            case Target.Version(var version) -> narrow(Attribute.VERSION, relation, version);
            case Target.CreateRevision(var revision) -> narrow(Attribute.CREATE_REVISION, relation, revision);
            case Target.ModRevision(var revision) -> narrow(Attribute.MOD_REVISION, relation, revision);
            case Target.CommitTimestamp(var timestamp) ->
                narrow(Attribute.COMMIT_TIMESTAMP, relation, timestamp.bits());
        }
    }

    boolean canHold() {
        return canHoldForAMissingKey() || canHoldForAPresentKey();
    }

    private boolean canHoldForAMissingKey() {
        return !missingHasValue && numbers.values().stream().allMatch(span -> span.contains(0L));
    }

    private boolean canHoldForAPresentKey() {
        return value.reaches(Bytes.EMPTY) && numbers.values().stream().allMatch(span -> span.reaches(1L));
    }

    private void narrow(Attribute attribute, Relation relation, long target) {
        // Far beyond any revision; one less than the largest, so that there is always a next number.
        long reachable = Math.min(target, Long.MAX_VALUE - 1);
        numbers.computeIfAbsent(attribute, KeyConditions::anyNumber).narrow(relation, reachable);
    }

    private static Span<Long> anyNumber(Attribute attribute) {
        var span = new Span<>(0L, (Long last) -> last + 1);
        if (attribute == Attribute.PRESENCE) {
            span.narrow(Relation.LESS, 2L);
        }
        return span;
    }

    /** What is known of a key besides its value. */
    private enum Attribute {
        /** 0 for a missing key, 1 for a present one. */
        PRESENCE,
        VERSION,
        CREATE_REVISION,
        MOD_REVISION,
        COMMIT_TIMESTAMP
    }
}
