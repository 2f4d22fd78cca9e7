package io.skipstone.api.rest;

import io.skipstone.api.Numbers;
import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.model.Key;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.util.Optional;

/** Conditions on the revision that last wrote a key, as HTTP writes them (RFC 9110, section 13). */
final class Etags {
    private Etags() {}

    static String etag(long modRevision) {
        return "\"" + modRevision + "\"";
    }

    /** The compare that must hold for a write; empty when the request has no condition. */
    static Optional<Compare> writeCondition(Key key, Optional<String> ifMatch, Optional<String> ifNoneMatch) {
        if (ifMatch.isPresent() && ifNoneMatch.isPresent()) {
            throw new BadRequest("contradictory_conditions", "either If-Match or If-None-Match, not both");
        }
        return ifMatch.map(text -> compare(key, text, true))
                .or(() -> ifNoneMatch.map(text -> compare(key, text, false)));
    }

    private static Compare compare(Key key, String text, boolean mustMatch) {
        if (text.equals("*")) {
            return new Compare(key, Relation.EQUAL, new Target.Exists(mustMatch));
        }
        return new Compare(
                key, mustMatch ? Relation.EQUAL : Relation.NOT_EQUAL, new Target.ModRevision(revision(text)));
    }

    /** Whether a condition names this version; {@code *} names every one. */
    static boolean names(String text, long modRevision) {
        return text.equals("*") || revision(text) == modRevision;
    }

    private static long revision(String text) {
        if (text.length() < 3 || !text.startsWith("\"") || !text.endsWith("\"")) {
            throw bad();
        }
        return Numbers.parse(text.substring(1, text.length() - 1), Etags::bad);
    }

    private static BadRequest bad() {
        return new BadRequest(
                "bad_condition", "a condition is * or one strong ETag: the revision in double quotes, such as \"42\"");
    }
}
