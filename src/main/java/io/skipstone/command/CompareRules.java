package io.skipstone.command;

import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What the compares of a transaction must keep to: each makes sense, and together they can hold. */
final class CompareRules {
    private CompareRules() {}

    static void check(List<Compare> compares, Limits limits) {
        Map<Key, KeyConditions> byKey = new HashMap<>();
        for (Compare compare : compares) {
            checkTarget(compare, limits);
            byKey.computeIfAbsent(compare.key(), _ -> new KeyConditions()).add(compare);
        }
        byKey.forEach(CompareRules::checkCanHold);
    }

    private static void checkTarget(Compare compare, Limits limits) {
        switch (compare.target()) {
            case Target.Exists _ -> checkEquality(compare.relation());
            case Target.Value(var value) -> TxnRules.checkValue(value, limits);
            case Target.Version(var version) -> checkNotNegative(version);
            case Target.CreateRevision(var revision) -> checkNotNegative(revision);
            case Target.ModRevision(var revision) -> checkNotNegative(revision);
            case Target.CommitTimestamp _ -> {}
        }
    }

    private static void checkEquality(Relation relation) {
        if (relation != Relation.EQUAL && relation != Relation.NOT_EQUAL) {
            throw new BadRequest(
                    "exists_not_ordered",
                    "a key exists or not; compare that with EQUAL or NOT_EQUAL, not with " + relation);
        }
    }

    private static void checkNotNegative(long target) {
        if (target < 0) {
            throw new BadRequest(
                    "negative_target", "a version or revision is compared with " + target + "; they start at 0");
        }
    }

    private static void checkCanHold(Key key, KeyConditions conditions) {
        if (!conditions.canHold()) {
            throw new BadRequest(
                    "contradictory_conditions",
                    "the conditions on a key of " + key.length()
                            + " bytes can never hold together; remove one of them");
        }
    }
}
