package io.skipstone.command;

import static io.skipstone.command.Strict.bytes;
import static io.skipstone.command.Strict.known;
import static io.skipstone.command.Strict.notNegative;

import io.skipstone.command.log.EntryProto;
import io.skipstone.model.Invariants;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;

/** From protobuf messages to outcomes; whatever is unknown or unset is a violation. */
final class OutcomeDecoder {
    private static final String NEGATIVE_REVISION = "an outcome's revision is negative: {}";

    private OutcomeDecoder() {}

    static Outcome outcome(EntryProto.OutcomeRecord message) {
        known(message);
        return switch (message.getOutcomeCase()) {
            case COMMITTED -> committed(message.getCommitted());
            case CONFLICT -> conflict(message.getConflict());
            case BELOW_GC_FLOOR -> new Outcome.BelowGcFloor(new Timestamp(message.getBelowGcFloor()));
            case TOO_MANY_KEYS ->
                new Outcome.TooManyKeys(notNegative(message.getTooManyKeys(), "an outcome's limit is negative: {}"));
            case RESULT_TOO_LARGE ->
                new Outcome.ResultTooLarge(
                        notNegative(message.getResultTooLarge(), "an outcome's limit is negative: {}"));
            case IDEMPOTENCY_KEY_REUSED -> {
                Invariants.check(message.getIdempotencyKeyReused(), "an outcome says what it is not");
                yield new Outcome.IdempotencyKeyReused();
            }
            case FLOOR_RAISED -> new Outcome.FloorRaised(new Timestamp(message.getFloorRaised()));
            case BARRIER_PASSED -> new Outcome.BarrierPassed(new Timestamp(message.getBarrierPassed()));
            case CLOCK_CEILING_RAISED -> new Outcome.CeilingRaised(new Timestamp(message.getClockCeilingRaised()));
            case LEASE_GRANTED -> leaseGranted(message.getLeaseGranted());
            case LEASE_EXISTS -> new Outcome.LeaseExists(leaseId(message.getLeaseExists()));
            case TOO_MANY_LEASES ->
                new Outcome.TooManyLeases(
                        notNegative(message.getTooManyLeases(), "an outcome's limit is negative: {}"));
            case LEASE_REVOKED -> leaseRevoked(message.getLeaseRevoked());
            case LEASE_NOT_FOUND -> new Outcome.LeaseNotFound(leaseId(message.getLeaseNotFound()));
            case LEASE_FULL -> leaseFull(message.getLeaseFull());
            case LEASE_KEPT -> new Outcome.LeaseKept(leaseId(message.getLeaseKept()));
            case RAN -> ran(message.getRan());
            case KEY_MISSING -> {
                Invariants.check(message.getKeyMissing(), "an outcome says what it is not");
                yield new Outcome.KeyMissing();
            }
            case REVISION_IN_FUTURE ->
                new Outcome.RevisionInFuture(notNegative(message.getRevisionInFuture(), NEGATIVE_REVISION));
            case OUTCOME_NOT_SET -> throw Strict.unknown("outcome");
        };
    }

    private static Outcome.Committed committed(EntryProto.Committed committed) {
        known(committed);
        return new Outcome.Committed(
                committed.getOtherwise() ? Outcome.Branch.OTHERWISE : Outcome.Branch.THEN,
                notNegative(committed.getRevision(), NEGATIVE_REVISION),
                new Timestamp(committed.getCommitTs()),
                committed.getResultsList().stream().map(OutcomeDecoder::result).toList());
    }

    private static Outcome.Ran ran(EntryProto.Ran ran) {
        known(ran);
        return new Outcome.Ran(
                notNegative(ran.getRevision(), NEGATIVE_REVISION),
                new Timestamp(ran.getCommitTs()),
                ran.getResultsList().stream().map(OutcomeDecoder::stepResult).toList());
    }

    private static StepResult stepResult(EntryProto.StepResult result) {
        known(result);
        return switch (result.getResultCase()) {
            case OTHERWISE ->
                new StepResult.Chose(result.getOtherwise() ? Outcome.Branch.OTHERWISE : Outcome.Branch.THEN);
            case ROWS -> rows(result.getRows());
            case RESULT_NOT_SET -> throw Strict.unknown("result");
        };
    }

    private static StepResult.Rows rows(EntryProto.RangeRows rows) {
        known(rows);
        return new StepResult.Rows(
                notNegative(rows.getCount(), "an outcome's count is negative: {}"),
                rows.getMore(),
                rows.getRowsList().stream().map(OutcomeDecoder::keyValue).toList());
    }

    private static Outcome.Conflict conflict(EntryProto.Conflict conflict) {
        known(conflict);
        return new Outcome.Conflict(Strict.key(conflict.getKey()), new Timestamp(conflict.getNewer()));
    }

    private static Outcome.LeaseGranted leaseGranted(EntryProto.LeaseGranted granted) {
        known(granted);
        return new Outcome.LeaseGranted(
                leaseId(granted.getId()),
                notNegative(granted.getTtlSeconds(), "an outcome's time to live is negative: {}"),
                new Timestamp(granted.getGranted()));
    }

    private static Outcome.LeaseRevoked leaseRevoked(EntryProto.LeaseRevoked revoked) {
        known(revoked);
        return new Outcome.LeaseRevoked(
                leaseId(revoked.getId()),
                notNegative(revoked.getKeys(), "an outcome's count is negative: {}"),
                notNegative(revoked.getRevision(), NEGATIVE_REVISION),
                new Timestamp(revoked.getCommitTs()));
    }

    private static Outcome.LeaseFull leaseFull(EntryProto.LeaseFull full) {
        known(full);
        return new Outcome.LeaseFull(
                leaseId(full.getId()), notNegative(full.getMaxKeys(), "an outcome's limit is negative: {}"));
    }

    private static long leaseId(long id) {
        return notNegative(id, "an outcome's lease id is negative: {}");
    }

    private static Outcome.Result result(EntryProto.Result result) {
        known(result);
        return switch (result.getResultCase()) {
            case PUT_VERSION ->
                new Outcome.Result.Put(notNegative(result.getPutVersion(), "an outcome's version is negative: {}"));
            case DELETED ->
                new Outcome.Result.Deleted(notNegative(result.getDeleted(), "an outcome's count is negative: {}"));
            case GOT -> got(result.getGot());
            case RESULT_NOT_SET -> throw Strict.unknown("result");
        };
    }

    private static Outcome.Result.Got got(EntryProto.Got got) {
        known(got);
        return new Outcome.Result.Got(
                got.getFoundList().stream().map(OutcomeDecoder::keyValue).toList());
    }

    private static KeyValue keyValue(EntryProto.KeyValueRecord keyValue) {
        known(keyValue);
        return new KeyValue(
                Strict.key(keyValue.getKey()),
                bytes(keyValue.getValue()),
                notNegative(keyValue.getCreateRevision(), NEGATIVE_REVISION),
                notNegative(keyValue.getModRevision(), NEGATIVE_REVISION),
                notNegative(keyValue.getVersion(), "an outcome's version is negative: {}"),
                new Timestamp(keyValue.getCommitTs()),
                new Timestamp(keyValue.getExpiresAt()),
                leaseId(keyValue.getLeaseId()));
    }
}
