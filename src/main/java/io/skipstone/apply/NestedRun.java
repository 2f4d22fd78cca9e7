package io.skipstone.apply;

import io.skipstone.apply.Overlay.Write;
import io.skipstone.apply.ViewSource.Visits;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Outcome;
import io.skipstone.command.RangeRead;
import io.skipstone.command.Step;
import io.skipstone.command.StepResult;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.Timestamp;
import io.skipstone.store.WriteTxn;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of one nested transaction, in two passes: the first finds out what each step comes to and what is to be written, the second writes.
 * So nothing is half done when a limit is met.
 */
final class NestedRun {
    private static final int PAGE_ROWS = 1024;
    private static final long PAGE_BYTES = 1 << 20;

    /** Keys that go, and values that are kept: a few bytes of log may ask for gigabytes. */
    private static final int MAX_HELD_BYTES = 64 << 20;

    private final WriteTxn txn;
    private final Visits visits = new Visits();
    private final RangeSource before;
    private final Overlay overlay;
    private final List<StepResult> results = new ArrayList<>();
    private final Allowance returned = new Allowance(Limits.TXN_RESULT_BYTES);
    private final Allowance held = new Allowance(MAX_HELD_BYTES);

    NestedRun(WriteTxn txn) {
        this.txn = txn;
        this.before = new ViewSource(txn, Moment.at(txn.commitTs()), visits);
        this.overlay = new Overlay(before);
    }

    Outcome run(NestedTxn command) {
        try {
            walk(ChosenBranch.of(command, before));
            LeaseCheck.refuseWrites(txn, overlay.writes());
        } catch (Refused refused) {
            return refused.outcome();
        }
        overlay.writes().forEach(this::write);
        return new Outcome.Ran(txn.revision(), txn.commitTs(), results);
    }

    private void walk(ChosenBranch chosen) {
        results.add(new StepResult.Chose(chosen.branch()));
        var nested = chosen.nested().iterator();
        for (Step step : chosen.steps()) {
            switch (step) {
                case Step.Put put -> results.add(put(put));
                case Step.Read(var read) -> results.add(new RangeRun(read, source(read), returned).run());
                case Step.Delete delete -> results.add(delete(delete));
                case Step.Nested _ -> walk(nested.next());
            }
        }
    }

    private StepResult put(Step.Put put) {
        Optional<KeyValue> previous = overlay.get(put.key());
        if (!put.keeps().isNothing() && previous.isEmpty()) {
            throw new Refused(new Outcome.KeyMissing());
        }
        if (put.leaseId() > 0 && txn.lease(put.leaseId()).isEmpty()) {
            throw new Refused(new Outcome.LeaseNotFound(put.leaseId()));
        }
        overlay.add(new Write(put.key(), previous, Optional.of(version(put, previous))));
        List<KeyValue> rows = put.previous() ? previous.stream().toList() : List.of();
        rows.forEach(returned::charge);
        return new StepResult.Rows(1, false, rows);
    }

    /** As a later read of this transaction sees it, and as it is going to be. */
    private KeyValue version(Step.Put put, Optional<KeyValue> previous) {
        Step.Keeps keeps = put.keeps();
        if (keeps.value()) {
            held.charge(previous.orElseThrow());
        }
        long revision = txn.revision() + 1;
        return new KeyValue(
                put.key(),
                keeps.value() ? previous.orElseThrow().value() : put.value(),
                previous.map(KeyValue::createRevision).orElse(revision),
                revision,
                previous.map(KeyValue::version).orElse(0L) + 1,
                txn.commitTs(),
                keeps.lease() ? previous.orElseThrow().expiresAt() : Timestamp.NONE,
                keeps.lease() ? previous.orElseThrow().leaseId() : put.leaseId());
    }

    private RangeSource source(RangeRead read) {
        if (read.revision() == RangeRead.NEWEST) {
            return overlay;
        }
        if (read.revision() > txn.revision()) {
            throw new Refused(new Outcome.RevisionInFuture(txn.revision()));
        }
        Timestamp floor = txn.meta().gcFloor();
        Timestamp at = txn.timestampOf(read.revision())
                .orElseThrow(() -> new Refused(new Outcome.BelowGcFloor(floor)))
                .max(floor);
        return new ViewSource(txn, Moment.at(at), visits);
    }

    private StepResult delete(Step.Delete delete) {
        List<KeyValue> gone = keysIn(delete);
        gone.forEach(row -> overlay.add(new Write(row.key(), Optional.of(row), Optional.empty())));
        return new StepResult.Rows(gone.size(), false, delete.previous() ? gone : List.of());
    }

    private List<KeyValue> keysIn(Step.Delete delete) {
        KeyRange keys = delete.keys();
        if (keys.isEmpty()) {
            return List.of();
        }
        Content content = delete.previous() ? Content.KEYS_AND_VALUES : Content.KEYS_ONLY;
        List<KeyValue> rows = new ArrayList<>();
        Optional<KeyRange> rest = Optional.of(keys);
        while (rest.isPresent()) {
            ScanPage page = overlay.scan(new ScanQuery(rest.get(), Order.ASCENDING, content, PAGE_ROWS, PAGE_BYTES));
            page.rows().forEach(row -> {
                (delete.previous() ? returned : held).charge(row);
                rows.add(row);
            });
            rest = page.rest().filter(left -> !left.isEmpty());
        }
        return rows;
    }

    private void write(Write write) {
        if (write.after().isPresent()) {
            KeyValue version = write.after().get();
            txn.put(write.key(), version.value(), version.expiresAt(), version.leaseId());
        } else {
            txn.delete(write.key());
        }
    }
}
