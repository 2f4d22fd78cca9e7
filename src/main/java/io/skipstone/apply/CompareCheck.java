package io.skipstone.apply;

import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.model.KeyValue;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Whether a condition holds for what stands in the store. */
final class CompareCheck {
    private CompareCheck() {}

    static boolean holds(Compare compare, Optional<KeyValue> found) {
        Relation relation = compare.relation();
        return switch (compare.target()) {
            case Target.Exists(var exists) -> holds(Boolean.compare(found.isPresent(), exists), relation);
            case Target.Value(var value) ->
                found.map(present -> holds(present.value().compareTo(value), relation))
                        // A missing key has no value: it differs from each, and is neither less nor greater.
                        .orElse(relation == Relation.NOT_EQUAL);
            case Target.Version(var version) -> holds(number(found, KeyValue::version), relation, version);
            case Target.CreateRevision(var revision) ->
                holds(number(found, KeyValue::createRevision), relation, revision);
            case Target.ModRevision(var revision) -> holds(number(found, KeyValue::modRevision), relation, revision);
            case Target.CommitTimestamp(var timestamp) ->
                holds(number(found, present -> present.commitTs().bits()), relation, timestamp.bits());
        };
    }

    private static long number(Optional<KeyValue> found, ToLongFunction<KeyValue> number) {
        return found.isPresent() ? number.applyAsLong(found.get()) : 0;
    }

    private static boolean holds(long number, Relation relation, long target) {
        return holds(Long.compare(number, target), relation);
    }

    private static boolean holds(int comparison, Relation relation) {
        return switch (relation) {
            case EQUAL -> comparison == 0;
            case NOT_EQUAL -> comparison != 0;
            case LESS -> comparison < 0;
            case GREATER -> comparison > 0;
        };
    }
}
