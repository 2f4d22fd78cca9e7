package io.skipstone.command;

import io.skipstone.command.LogEntry.Once;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.model.Timestamp;

/**
 * What a command must keep to before it is proposed: whatever passes stands in the log of every node for good. Messages name
 * lengths and limits, never what a key holds.
 */
public final class CommandRules {
    /** An outcome is remembered for at most thirty days, so that the memory of retries stays smaller than the data. */
    public static final long MAX_KEEP_MILLIS = 30L * 24 * 3600 * 1000;

    private CommandRules() {}

    /**
     * Refuses a command that must not reach the log.
     *
     * @throws BadRequest the command contradicts itself
     * @throws TooLarge the command is over a limit
     */
    public static void check(Command command, Once once, Limits limits) {
        if (once instanceof Once.ByKey byKey) {
            checkOnce(byKey);
        }
        switch (command) {
            case Command.Txn txn -> TxnRules.check(txn, limits);
            case Command.NestedTxn txn -> NestedTxnRules.check(txn, limits);
            case Command.RaiseClockCeiling(var ceiling) -> checkCeiling(ceiling);
            case Command.GrantLease grant -> LeaseRules.check(grant);
            case Command.RevokeLease(var id) -> LeaseRules.checkId(id);
            case Command.ExpireLease expire -> LeaseRules.checkId(expire.id());
            case Command.RaiseGcFloor _, Command.Barrier _ -> {}
        }
    }

    /**
     * Refuses an entry that is too long for the log.
     *
     * @param bytes length of the encoded entry
     * @throws TooLarge the entry is over the limit
     */
    public static void checkEncoded(int bytes, Limits limits) {
        if (bytes > limits.entryBytes()) {
            throw new TooLarge(
                    "entry_too_large",
                    "the request takes " + bytes + " bytes in the log, the limit is " + limits.entryBytes()
                            + "; split it into several requests");
        }
    }

    /**
     * Nobody can have read at a timestamp that was not issued yet. Such a read timestamp would let an optimistic transaction
     * overlook every conflict, so the node that proposes compares it with its clock.
     *
     * @param issued newest timestamp this node has issued or seen
     * @throws BadRequest the read timestamp lies above it
     */
    public static void checkReadTimestamp(Command command, Timestamp issued) {
        if (command instanceof Command.Txn txn && txn.reads().readTs().isAfter(issued)) {
            throw new BadRequest(
                    "read_timestamp_in_future",
                    "the read timestamp " + txn.reads().readTs() + " lies in the future, the clock stands at " + issued
                            + "; use the timestamp that came with the reads");
        }
    }

    /** A clock that starts at a ceiling of {@link Timestamp#MAX} could issue nothing. */
    private static void checkCeiling(Timestamp ceiling) {
        if (ceiling.isNone() || !Timestamp.MAX.isAfter(ceiling)) {
            throw new BadRequest("clock_ceiling_out_of_range", "a clock ceiling of " + ceiling + " cannot be kept to");
        }
    }

    private static void checkOnce(Once.ByKey once) {
        int bytes = once.idempotencyKey().length();
        if (bytes < 1 || bytes > Limits.MAX_IDEMPOTENCY_KEY_BYTES) {
            throw new BadRequest(
                    "idempotency_key_length",
                    "the idempotency key has " + bytes + " bytes; it must have 1 to "
                            + Limits.MAX_IDEMPOTENCY_KEY_BYTES);
        }
        if (once.keepMillis() < 1 || once.keepMillis() > MAX_KEEP_MILLIS) {
            throw new BadRequest(
                    "keep_out_of_range",
                    "the outcome is to be remembered for " + once.keepMillis() + " ms; it must be 1 to "
                            + MAX_KEEP_MILLIS);
        }
    }
}
