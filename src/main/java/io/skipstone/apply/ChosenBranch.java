package io.skipstone.apply;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Step;
import java.util.ArrayList;
import java.util.List;

/**
 * The branch that runs, and inside it those of its transactions: all chosen before anything is written.
 *
 * @param nested one for each step that is a transaction, in order
 */
record ChosenBranch(Branch branch, List<Step> steps, List<ChosenBranch> nested) {
    static ChosenBranch of(NestedTxn txn, RangeSource source) {
        boolean allHold = txn.compares().stream().allMatch(compare -> RangeCompareCheck.holds(compare, source));
        List<Step> steps = allHold ? txn.then() : txn.otherwise();
        List<ChosenBranch> nested = new ArrayList<>();
        for (Step step : steps) {
            if (step instanceof Step.Nested(var inner)) {
                nested.add(of(inner, source));
            }
        }
        return new ChosenBranch(allHold ? Branch.THEN : Branch.OTHERWISE, steps, nested);
    }
}
