package io.skipstone.api;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.RaiseGcFloor;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Outcome.FloorRaised;
import io.skipstone.command.Outcome.Ran;
import io.skipstone.consensus.Proposer;
import io.skipstone.consensus.Reader;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.Timestamp;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The way of every write from either door into the log, and of its outcome back. */
@Singleton
public class Writes {
    /** How long a repetition of a request with an idempotency key is recognised. */
    public static final Duration IDEMPOTENCY_KEPT = Duration.ofHours(24);

    private static final Key ANY_KEY = Key.of(new byte[] {0});

    private final Proposer proposer;
    private final Reader reader;
    private final Limits limits;

    @Inject
    Writes(Proposer proposer, Reader reader, Limits limits) {
        this.proposer = proposer;
        this.reader = reader;
        this.limits = limits;
    }

    /**
     * Runs the transaction, on whichever branch.
     *
     * @param idempotencyKey empty: each request takes effect
     */
    public CompletionStage<Committed> commit(Txn txn, Bytes idempotencyKey) {
        return proposer.propose(txn, once(idempotencyKey)).thenApply(ErrorMapping::committed);
    }

    /** Runs the nested transaction, on whichever branches; each request takes effect. */
    public CompletionStage<Ran> nested(NestedTxn txn) {
        return proposer.propose(txn, Once.EACH_TIME).thenApply(ErrorMapping::ran);
    }

    /** Runs the operations together or not at all. */
    public CompletionStage<Committed> batch(List<Operation> operations, Bytes idempotencyKey) {
        if (operations.isEmpty()) {
            throw new BadRequest("empty_batch", "the batch has no operation");
        }
        return commit(new Txn(List.of(), operations, List.of(), ReadSet.NONE), idempotencyKey);
    }

    /** Runs the operation if the condition holds; otherwise it is refused. */
    public CompletionStage<Committed> conditional(
            Operation operation, Optional<Compare> condition, Bytes idempotencyKey) {
        var txn = new Txn(condition.stream().toList(), List.of(operation), List.of(), ReadSet.NONE);
        return commit(txn, idempotencyKey).thenApply(Writes::refuseOtherwise);
    }

    /**
     * A prefix delete within this node's limit.
     *
     * @param all whether an empty prefix, which is every key, is meant
     */
    public Operation.DeletePrefix deletePrefix(Bytes prefix, Bytes exclude, boolean all) {
        if (prefix.isEmpty() && !all) {
            throw new BadRequest("prefix_missing", "an empty prefix is every key: say so with all=true");
        }
        if (!prefix.isEmpty() && all) {
            throw new BadRequest("contradictory_prefix", "either a prefix or all=true, not both");
        }
        return new Operation.DeletePrefix(prefix, exclude, limits.prefixDeleteKeys());
    }

    /** Gives up the history below that moment. The floor that stands afterwards may be higher. */
    public CompletionStage<Timestamp> compact(ReadAt at) {
        // A read at the moment tells its timestamp, and refuses one in the future or below the floor.
        return reader.get(ANY_KEY, at, Consistency.SNAPSHOT)
                .thenCompose(answer ->
                        proposer.propose(new RaiseGcFloor(answer.moment().upTo()), Once.EACH_TIME))
                .thenApply(Writes::floor);
    }

    private static Timestamp floor(Outcome outcome) {
        if (outcome instanceof FloorRaised raised) {
            return raised.floor();
        }
        throw new IllegalStateException(
                "a GC floor ended as " + outcome.getClass().getSimpleName());
    }

    private static Committed refuseOtherwise(Committed committed) {
        if (committed.branch() == Branch.OTHERWISE) {
            throw new RefusedException(
                    ErrorMapping.PRECONDITION_FAILED,
                    "precondition_failed",
                    "the key is not as the condition wants it; read it again");
        }
        return committed;
    }

    private static Once once(Bytes idempotencyKey) {
        if (idempotencyKey.isEmpty()) {
            return Once.EACH_TIME;
        }
        if (idempotencyKey.length() > Limits.MAX_IDEMPOTENCY_KEY_BYTES) {
            throw new BadRequest(
                    "bad_idempotency_key",
                    "the idempotency key has " + idempotencyKey.length() + " bytes; it has 1 to "
                            + Limits.MAX_IDEMPOTENCY_KEY_BYTES);
        }
        return new Once.ByKey(idempotencyKey, IDEMPOTENCY_KEPT.toMillis());
    }
}
