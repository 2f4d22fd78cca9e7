package io.skipstone.consensus.peer;

import io.skipstone.consensus.peer.wire.PeerProto.Refused;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutOfSpace;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.SkipstoneException.TooLarge;

/** Carries a refusal from the leader to the node that was asked. */
public final class Refusals {
    private Refusals() {}

    public static Refused toWire(SkipstoneException refusal) {
        return Refused.newBuilder()
                .setKind(kind(refusal))
                .setCode(refusal.code())
                .setMessage(String.valueOf(refusal.getMessage()))
                .build();
    }

    /** One of a kind that this version does not know leaves everything open. */
    public static SkipstoneException fromWire(Refused refused) {
        return switch (refused.getKind()) {
            case "bad_request" -> new BadRequest(refused.getCode(), refused.getMessage());
            case "too_large" -> new TooLarge(refused.getCode(), refused.getMessage());
            case "overloaded" -> new Overloaded(refused.getMessage());
            case "not_ready" -> new NotReady(refused.getCode(), refused.getMessage());
            case "out_of_space" -> new OutOfSpace(refused.getMessage());
            default -> new OutcomeUnknown(refused.getMessage());
        };
    }

    private static String kind(SkipstoneException refusal) {
        return switch (refusal) {
            case BadRequest _ -> "bad_request";
            case TooLarge _ -> "too_large";
            case Overloaded _ -> "overloaded";
            case NotReady _ -> "not_ready";
            case OutOfSpace _ -> "out_of_space";
            case OutcomeUnknown _ -> "outcome_unknown";
            // A proposal, a read point or a change reads no history.
            case SkipstoneException.Compacted compacted ->
                throw new IllegalArgumentException("not an answer between members: " + compacted.code());
        };
    }
}
