package io.skipstone.apply;

import io.skipstone.command.RangeCompare;
import io.skipstone.command.RangeCompare.Target;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import java.util.Optional;
import java.util.function.ToLongFunction;

/** Whether a condition on a range holds. */
final class RangeCompareCheck {
    private static final int PAGE_ROWS = 1024;
    private static final long PAGE_BYTES = 1 << 20;

    private RangeCompareCheck() {}

    static boolean holds(RangeCompare compare, RangeSource source) {
        KeyRange keys = compare.keys();
        if (keys.isEmpty()) {
            return holds(compare, Optional.empty());
        }
        if (keys.isOneKey()) {
            return holds(compare, source.get(new Key(keys.start())));
        }
        return holdsForEach(compare, source);
    }

    private static boolean holdsForEach(RangeCompare compare, RangeSource source) {
        Content content = compare.target() instanceof Target.Value ? Content.KEYS_AND_VALUES : Content.KEYS_ONLY;
        boolean found = false;
        Optional<KeyRange> rest = Optional.of(compare.keys());
        while (rest.isPresent()) {
            ScanPage page = source.scan(new ScanQuery(rest.get(), Order.ASCENDING, content, PAGE_ROWS, PAGE_BYTES));
            for (KeyValue row : page.rows()) {
                found = true;
                if (!holds(compare, Optional.of(row))) {
                    return false;
                }
            }
            rest = page.rest().filter(left -> !left.isEmpty());
        }
        return found || holds(compare, Optional.empty());
    }

    private static boolean holds(RangeCompare compare, Optional<KeyValue> found) {
        return switch (compare.target()) {
            // Where there is no key there is no value to compare, whatever the relation.
            case Target.Value(var value) ->
                found.isPresent() && holds(compare, found.get().value().compareTo(value));
            case Target.Version(var version) -> holds(compare, found, KeyValue::version, version);
            case Target.CreateRevision(var revision) -> holds(compare, found, KeyValue::createRevision, revision);
            case Target.ModRevision(var revision) -> holds(compare, found, KeyValue::modRevision, revision);
            case Target.LeaseId(var id) -> holds(compare, found, KeyValue::leaseId, id);
        };
    }

    private static boolean holds(
            RangeCompare compare, Optional<KeyValue> found, ToLongFunction<KeyValue> number, long target) {
        return holds(compare, Long.compare(found.isPresent() ? number.applyAsLong(found.get()) : 0, target));
    }

    private static boolean holds(RangeCompare compare, int comparison) {
        return switch (compare.relation()) {
            case EQUAL -> comparison == 0;
            case NOT_EQUAL -> comparison != 0;
            case LESS -> comparison < 0;
            case GREATER -> comparison > 0;
        };
    }
}
