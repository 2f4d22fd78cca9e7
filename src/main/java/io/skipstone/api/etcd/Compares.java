package io.skipstone.api.etcd;

import io.skipstone.api.etcd.v3.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.RangeCompare;
import io.skipstone.command.RangeCompare.Target;
import io.skipstone.model.SkipstoneException.BadRequest;

/** Compares, as a client sends them. A target that is not the one named counts as 0 or empty. */
final class Compares {
    private Compares() {}

    static RangeCompare compare(Compare compare) {
        Relation relation = relation(compare.getResult());
        return new RangeCompare(
                RangeRequests.keys(compare.getKey(), compare.getRangeEnd()), relation, target(compare, relation));
    }

    private static Relation relation(Compare.CompareResult result) {
        return switch (result) {
            case EQUAL -> Relation.EQUAL;
            case NOT_EQUAL -> Relation.NOT_EQUAL;
            case GREATER -> Relation.GREATER;
            case LESS -> Relation.LESS;
            case UNRECOGNIZED -> throw new BadRequest("unknown_value", "a compare's result is unknown here");
        };
    }

    private static Target target(Compare compare, Relation relation) {
        return switch (compare.getTarget()) {
            case VERSION -> new Target.Version(compare.getVersion());
            case CREATE -> new Target.CreateRevision(revision(compare.getCreateRevision(), relation));
            case MOD -> new Target.ModRevision(revision(compare.getModRevision(), relation));
            case VALUE -> new Target.Value(KeyValues.bytes(compare.getValue()));
            case LEASE -> new Target.LeaseId(compare.getLease());
            case UNRECOGNIZED -> throw new BadRequest("unknown_value", "a compare's target is unknown here");
        };
    }

    /**
     * A missing key has revision 0 on both sides, every other one is one less here. So there is nothing here that relates to both kinds of keys
     * as the number between them does: the revision of etcd's empty store, which no key has.
     */
    private static long revision(long etcdRevision, Relation relation) {
        if (etcdRevision <= 0) {
            return etcdRevision;
        }
        long ours = Revisions.ours(etcdRevision);
        if (ours > 0) {
            return ours;
        }
        return switch (relation) {
            case EQUAL, NOT_EQUAL -> -1;
            case GREATER -> 0;
            case LESS -> 1;
        };
    }
}
