package io.skipstone.api;

import io.grpc.Status.Code;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.model.SkipstoneException;
import io.skipstone.snapshot.ArtifactException;
import java.util.concurrent.CompletionException;

/** What each kind of refusal looks like from outside: the one table for both doors. */
public enum ErrorMapping {
    BAD_REQUEST(400, Code.INVALID_ARGUMENT, "The request is wrong"),
    NOT_FOUND(404, Code.NOT_FOUND, "There is nothing here"),
    METHOD_NOT_ALLOWED(405, Code.UNIMPLEMENTED, "This method is not allowed here"),
    REQUEST_TIMEOUT(408, Code.DEADLINE_EXCEEDED, "The request took too long to arrive"),
    CONFLICT(409, Code.ABORTED, "Something the transaction read or writes has changed"),
    EXISTS(409, Code.ALREADY_EXISTS, "It is there already"),
    COMPACTED(410, Code.OUT_OF_RANGE, "This part of the history is gone"),
    PRECONDITION_FAILED(412, Code.FAILED_PRECONDITION, "The condition does not hold"),
    TOO_LARGE(413, Code.INVALID_ARGUMENT, "The request is over a limit"),
    RANGE_NOT_SATISFIABLE(416, Code.OUT_OF_RANGE, "This part of it is not there"),
    KEY_REUSED(422, Code.FAILED_PRECONDITION, "The idempotency key belongs to another request"),
    OVERLOADED(429, Code.RESOURCE_EXHAUSTED, "Too much at once"),
    INTERNAL(500, Code.INTERNAL, "The server failed"),
    NOT_READY(503, Code.UNAVAILABLE, "The node cannot serve now"),
    OUTCOME_UNKNOWN(504, Code.DEADLINE_EXCEEDED, "The outcome is unknown"),
    OUT_OF_SPACE(507, Code.RESOURCE_EXHAUSTED, "The node has no room left");

    private final int httpStatus;
    private final Code grpcCode;
    private final String title;

    ErrorMapping(int httpStatus, Code grpcCode, String title) {
        this.httpStatus = httpStatus;
        this.grpcCode = grpcCode;
        this.title = title;
    }

    public int httpStatus() {
        return httpStatus;
    }

    public Code grpcCode() {
        return grpcCode;
    }

    /** The same for every refusal of this kind. */
    public String title() {
        return title;
    }

    /** Whether the caller is told when to come again. */
    public boolean saysWhenToRetry() {
        return this == OVERLOADED || this == NOT_READY;
    }

    /** How a failed request is answered; whatever is not meant for a client becomes {@link #INTERNAL} without details. */
    public static Refusal refusal(Throwable failure) {
        return switch (failure) {
            case RefusedException refused -> refused.refusal();
            case SkipstoneException answer ->
                new Refusal(
                        of(answer),
                        answer.code(),
                        String.valueOf(answer.getMessage()),
                        answer.retryable(),
                        answer instanceof SkipstoneException.Compacted gone ? gone.lowestRevision() : 0);
            case ArtifactException full
            when full.kind() == ArtifactException.Kind.NO_SPACE ->
                new Refusal(OUT_OF_SPACE, "out_of_space", String.valueOf(full.getMessage()), false);
            case CompletionException wrapper when wrapper.getCause() != null -> refusal(wrapper.getCause());
            default -> new Refusal(INTERNAL, "internal_error", "the server failed; its log says more", false);
        };
    }

    /** The outcome of a transaction that ran; any other outcome is refused. */
    public static Committed committed(Outcome outcome) {
        if (outcome instanceof Committed committed) {
            return committed;
        }
        throw refused(outcome);
    }

    /** The outcome of a nested transaction that ran; any other outcome is refused. */
    static Outcome.Ran ran(Outcome outcome) {
        if (outcome instanceof Outcome.Ran ran) {
            return ran;
        }
        throw refused(outcome);
    }

    /** An outcome that is not the one asked for. */
    static RefusedException refused(Outcome outcome) {
        return new RefusedException(refusal(outcome));
    }

    private static ErrorMapping of(SkipstoneException failure) {
        return switch (failure) {
            case SkipstoneException.BadRequest wrong -> of(wrong);
            case SkipstoneException.TooLarge _ -> TOO_LARGE;
            case SkipstoneException.Compacted _ -> COMPACTED;
            case SkipstoneException.Overloaded _ -> OVERLOADED;
            case SkipstoneException.NotReady _ -> NOT_READY;
            case SkipstoneException.OutcomeUnknown _ -> OUTCOME_UNKNOWN;
            case SkipstoneException.OutOfSpace _ -> OUT_OF_SPACE;
        };
    }

    /** Wrong because of what is there, or who is in the group: HTTP and gRPC have words of their own for that. */
    private static ErrorMapping of(SkipstoneException.BadRequest wrong) {
        return switch (wrong.code()) {
            case "member_unknown", "lease_not_found" -> NOT_FOUND;
            case "member_exists" -> EXISTS;
            default -> BAD_REQUEST;
        };
    }

    private static Refusal refusal(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Conflict conflict ->
                new Refusal(
                        CONFLICT,
                        "conflict",
                        "a key was changed at " + conflict.newer()
                                + ", after the read timestamp; read again, then repeat",
                        false);
            case Outcome.BelowGcFloor below ->
                new Refusal(
                        COMPACTED,
                        "compacted",
                        "the read timestamp lies below the GC floor " + below.floor() + "; read again, then repeat",
                        false);
            case Outcome.TooManyKeys tooMany ->
                new Refusal(
                        TOO_LARGE,
                        "too_many_keys",
                        "more than " + tooMany.maxKeys() + " keys would be deleted; delete by longer prefixes",
                        false);
            case Outcome.ResultTooLarge tooLarge ->
                new Refusal(
                        TOO_LARGE,
                        "result_too_large",
                        "the transaction would return, or hold, more than " + tooLarge.maxBytes()
                                + " bytes; read in several requests",
                        false);
            case Outcome.IdempotencyKeyReused _ ->
                new Refusal(
                        KEY_REUSED,
                        "idempotency_key_reused",
                        "this idempotency key belongs to an earlier, different request; choose a new one",
                        false);
            case Outcome.LeaseNotFound(var id) ->
                new Refusal(
                        NOT_FOUND,
                        "lease_not_found",
                        "there is no lease " + id + ": it expired, was revoked or never granted; grant a new one",
                        false);
            case Outcome.LeaseExists(var id) ->
                new Refusal(EXISTS, "lease_exists", "there is a lease " + id + " already; leave the id out", false);
            case Outcome.LeaseFull(var id, var maxKeys) ->
                new Refusal(
                        TOO_LARGE,
                        "lease_full",
                        "lease " + id + " may have " + maxKeys
                                + " keys; attach the others to another lease, or delete some",
                        false);
            case Outcome.TooManyLeases(var maxLeases) ->
                new Refusal(
                        OVERLOADED,
                        "too_many_leases",
                        "there are " + maxLeases + " leases, which is the limit; revoke some or wait until some expire",
                        true);
            case Outcome.KeyMissing _ ->
                new Refusal(
                        PRECONDITION_FAILED,
                        "key_not_found",
                        "the transaction keeps the value or the lease of a key that is not there; set them",
                        false);
            case Outcome.RevisionInFuture(var newest) ->
                new Refusal(
                        BAD_REQUEST,
                        "revision_in_future",
                        "the transaction reads at a revision above the newest, which is " + newest,
                        false);
            case Outcome.Committed _,
                    Outcome.Ran _,
                    Outcome.FloorRaised _,
                    Outcome.BarrierPassed _,
                    Outcome.CeilingRaised _,
                    Outcome.LeaseGranted _,
                    Outcome.LeaseRevoked _,
                    Outcome.LeaseKept _ ->
                new Refusal(INTERNAL, "internal_error", "the server failed; its log says more", false);
        };
    }
}
