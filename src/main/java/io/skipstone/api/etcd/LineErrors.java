package io.skipstone.api.etcd;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;

/**
 * What goes wrong in a line. The services of locks and elections pass on what they were told as {@code UNKNOWN}, the text unchanged, and
 * clients are used to that; what tells a client to come again, and where, keeps its code.
 */
final class LineErrors {
    static final String LOCK_EXPIRED = "mutex: session is expired";
    static final String CAMPAIGN_EXPIRED = "election: session expired";
    static final String NOT_LEADER = "election: not leader";
    static final String NO_LEADER = "election: no leader";
    static final String LEADER_MISSING = "\"leader\" field must be provided";

    private LineErrors() {}

    static StatusRuntimeException of(String text) {
        return Status.UNKNOWN.withDescription(text).asRuntimeException();
    }

    static StatusRuntimeException status(Throwable failure) {
        StatusRuntimeException status = EtcdCalls.status(failure);
        return switch (status.getStatus().getCode()) {
            case INVALID_ARGUMENT, NOT_FOUND, FAILED_PRECONDITION, OUT_OF_RANGE ->
                of(String.valueOf(status.getStatus().getDescription()));
            case OK,
                    CANCELLED,
                    UNKNOWN,
                    DEADLINE_EXCEEDED,
                    ALREADY_EXISTS,
                    PERMISSION_DENIED,
                    RESOURCE_EXHAUSTED,
                    ABORTED,
                    UNIMPLEMENTED,
                    INTERNAL,
                    UNAVAILABLE,
                    DATA_LOSS,
                    UNAUTHENTICATED -> status;
        };
    }
}
