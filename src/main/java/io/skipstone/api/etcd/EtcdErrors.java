package io.skipstone.api.etcd;

import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Status.Code;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import io.skipstone.api.ErrorMapping;
import io.skipstone.api.Refusal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Our refusals in the words of etcd's API. Our own code and text, which say more, go along as details. */
final class EtcdErrors {
    private static final String DOMAIN = "skipstone";

    /** Our stable codes that etcd has a word for; what is not here goes by its kind. */
    private static final Map<String, EtcdError> BY_CODE = Map.ofEntries(
            Map.entry("empty_key", EtcdError.KEY_NOT_PROVIDED),
            Map.entry("key_not_found", EtcdError.KEY_NOT_FOUND),
            Map.entry("duplicate_key", EtcdError.DUPLICATE_KEY),
            Map.entry("txn_too_large", EtcdError.TOO_MANY_OPERATIONS),
            Map.entry("at_in_future", EtcdError.FUTURE_REVISION),
            Map.entry("revision_in_future", EtcdError.FUTURE_REVISION),
            Map.entry("lease_not_found", EtcdError.LEASE_NOT_FOUND),
            Map.entry("lease_exists", EtcdError.LEASE_EXISTS),
            Map.entry("lease_ttl_out_of_range", EtcdError.LEASE_TTL_TOO_LARGE),
            Map.entry("node_leaving", EtcdError.SERVER_STOPPED),
            Map.entry("bad_member", EtcdError.INVALID_MEMBER_URLS),
            Map.entry("address_is_loopback", EtcdError.INVALID_MEMBER_URLS),
            Map.entry("member_unknown", EtcdError.MEMBER_NOT_FOUND),
            Map.entry("member_exists", EtcdError.PEER_URL_EXISTS),
            Map.entry("not_a_learner", EtcdError.NOT_A_LEARNER),
            Map.entry("learner_behind", EtcdError.LEARNER_BEHIND),
            Map.entry("learner_silent", EtcdError.UNHEALTHY_CLUSTER),
            Map.entry("joiner_silent", EtcdError.NOT_ENOUGH_STARTED),
            Map.entry("would_lose_quorum", EtcdError.NOT_ENOUGH_STARTED),
            Map.entry("voter_behind", EtcdError.NOT_ENOUGH_STARTED),
            Map.entry("change_under_way", EtcdError.UNHEALTHY_CLUSTER),
            Map.entry("no_successor", EtcdError.UNHEALTHY_CLUSTER),
            Map.entry("transfer_failed", EtcdError.TIMED_OUT),
            Map.entry("not_a_voter", EtcdError.BAD_LEADER_TRANSFEREE));

    private EtcdErrors() {}

    /** How a failed call is answered; a status that was thrown stays as it is. */
    static StatusRuntimeException status(Throwable failure) {
        return switch (failure) {
            case StatusRuntimeException already -> already;
            case CompletionException wrapper when wrapper.getCause() != null -> status(wrapper.getCause());
            default -> status(ErrorMapping.refusal(failure));
        };
    }

    private static StatusRuntimeException status(Refusal refusal) {
        Optional<EtcdError> known = error(refusal);
        var info = ErrorInfo.newBuilder()
                .setReason(refusal.code())
                .setDomain(DOMAIN)
                .putMetadata("detail", refusal.detail())
                .putMetadata("retryable", Boolean.toString(refusal.retryable()));
        return StatusProto.toStatusRuntimeException(Status.newBuilder()
                .setCode(code(refusal, known).value())
                .setMessage(text(refusal, known))
                .addDetails(Any.pack(info.build()))
                .build());
    }

    /** What the failure is called in the texts that have no status: the reason why a watch ended. */
    static String text(Throwable failure) {
        Refusal refusal = ErrorMapping.refusal(failure);
        return text(refusal, error(refusal));
    }

    private static Code code(Refusal refusal, Optional<EtcdError> known) {
        return known.map(EtcdError::code).orElse(refusal.kind().grpcCode());
    }

    private static String text(Refusal refusal, Optional<EtcdError> known) {
        return known.map(EtcdError::text).orElse(EtcdError.PREFIX + refusal.detail());
    }

    private static Optional<EtcdError> error(Refusal refusal) {
        return Optional.ofNullable(BY_CODE.get(refusal.code())).or(() -> byKind(refusal.kind()));
    }

    private static Optional<EtcdError> byKind(ErrorMapping kind) {
        return switch (kind) {
            case COMPACTED -> Optional.of(EtcdError.COMPACTED);
            case TOO_LARGE -> Optional.of(EtcdError.REQUEST_TOO_LARGE);
            case OVERLOADED -> Optional.of(EtcdError.TOO_MANY_REQUESTS);
            case NOT_READY -> Optional.of(EtcdError.NO_LEADER);
            case OUTCOME_UNKNOWN -> Optional.of(EtcdError.TIMED_OUT);
            case OUT_OF_SPACE -> Optional.of(EtcdError.NO_SPACE);
            case BAD_REQUEST,
                    NOT_FOUND,
                    METHOD_NOT_ALLOWED,
                    REQUEST_TIMEOUT,
                    CONFLICT,
                    EXISTS,
                    PRECONDITION_FAILED,
                    RANGE_NOT_SATISFIABLE,
                    KEY_REUSED,
                    INTERNAL -> Optional.empty();
        };
    }
}
