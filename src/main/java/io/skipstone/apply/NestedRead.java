package io.skipstone.apply;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.RangeRead;
import io.skipstone.command.Step;
import io.skipstone.command.StepResult;
import io.skipstone.model.InvariantViolation;
import java.util.ArrayList;
import java.util.List;

/** A nested transaction that only reads, outside the log. */
final class NestedRead {
    private final RangeSource newest;
    private final PastReads past;
    private final Allowance allowance;
    private final List<StepResult> results = new ArrayList<>();

    NestedRead(RangeSource newest, PastReads past, Allowance allowance) {
        this.newest = newest;
        this.past = past;
        this.allowance = allowance;
    }

    /** Reads the state of an earlier revision. */
    interface PastReads {
        StepResult.Rows read(RangeRead read, Allowance allowance);
    }

    List<StepResult> run(NestedTxn txn) {
        walk(ChosenBranch.of(txn, newest));
        return results;
    }

    private void walk(ChosenBranch chosen) {
        results.add(new StepResult.Chose(chosen.branch()));
        var nested = chosen.nested().iterator();
        for (Step step : chosen.steps()) {
            switch (step) {
                case Step.Read(var read) -> results.add(read(read));
                case Step.Nested _ -> walk(nested.next());
                case Step.Put _, Step.Delete _ -> throw new InvariantViolation("a transaction writes outside the log");
            }
        }
    }

    private StepResult read(RangeRead read) {
        return read.revision() == RangeRead.NEWEST
                ? new RangeRun(read, newest, allowance).run()
                : past.read(read, allowance);
    }
}
