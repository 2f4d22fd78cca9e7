package io.skipstone.apply;

import io.skipstone.command.Command;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.ReadView.Remembered;
import io.skipstone.store.WriteTxn;
import java.util.Optional;

/**
 * Applies entries inside one write transaction of the store. What comes of an entry depends on the store and the entry alone, so
 * every node comes to the same store and the same outcome, whenever and however often it gets there.
 *
 * <p>Valid as long as its transaction; one thread.
 */
public final class Applier {
    private final WriteTxn txn;

    public Applier(WriteTxn txn) {
        this.txn = txn;
    }

    /**
     * Applies one entry. A command that cannot have its way (conflict, limit, reused key) changes nothing and has its outcome
     * like any other.
     *
     * @param at its position, above the last one
     * @throws io.skipstone.model.InvariantViolation position or commit timestamp went back, or the store contradicts itself
     */
    public Outcome apply(WriteAt at, LogEntry entry) {
        txn.beginEntry(at, entry.commitTs());
        return switch (entry.once()) {
            case Once.EachTime _ -> run(at, entry.command());
            case Once.ByKey once -> runOnce(at, once, entry.command());
        };
    }

    private Outcome runOnce(WriteAt at, Once.ByKey once, Command command) {
        Bytes fingerprint = CommandCodec.fingerprint(command);
        Optional<Remembered> earlier = txn.remembered(once.idempotencyKey())
                .filter(remembered -> remembered.expiresAt().isAfter(txn.commitTs()));
        if (earlier.isPresent()) {
            return repeat(earlier.get(), fingerprint);
        }
        Outcome outcome = run(at, command);
        // A refusal is remembered too: a late copy of the request must not do what the client was told is not done.
        txn.remember(
                once.idempotencyKey(),
                new Remembered(
                        txn.commitTs().plusMillis(once.keepMillis()),
                        fingerprint,
                        Bytes.wrap(CommandCodec.encodeOutcome(outcome))));
        return outcome;
    }

    private static Outcome repeat(Remembered earlier, Bytes fingerprint) {
        return earlier.fingerprint().equals(fingerprint)
                ? CommandCodec.decodeOutcome(earlier.outcome().array())
                : new Outcome.IdempotencyKeyReused();
    }

    private Outcome run(WriteAt at, Command command) {
        return switch (command) {
            case Command.Txn transaction -> new TxnRun(txn, transaction).run();
            case Command.NestedTxn nested -> new NestedRun(txn).run(nested);
            case Command.RaiseGcFloor(var floor) -> new Outcome.FloorRaised(txn.raiseGcFloor(withinLog(floor)));
            case Command.Barrier _ -> new Outcome.BarrierPassed(txn.commitTs());
            case Command.RaiseClockCeiling(var ceiling) -> new Outcome.CeilingRaised(txn.raiseClockCeiling(ceiling));
            case Command.GrantLease grant -> new LeaseRun(txn).grant(grant);
            case Command.RevokeLease(var id) -> new LeaseRun(txn).revoke(id);
            case Command.ExpireLease expire -> new LeaseRun(txn).expire(expire, at);
        };
    }

    /**
     * A floor above the newest commit would refuse reads of the newest state. The proposer takes the floor from its clock, so the
     * entry's own commit timestamp, which is the same on every node, is where it ends.
     */
    private Timestamp withinLog(Timestamp floor) {
        return floor.isAfter(txn.commitTs()) ? txn.commitTs() : floor;
    }
}
