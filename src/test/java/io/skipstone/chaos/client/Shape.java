package io.skipstone.chaos.client;

import io.skipstone.chaos.history.Action;
import io.skipstone.chaos.history.Guard;
import io.skipstone.chaos.history.Step;
import java.util.List;

/** Which request of the interface an action becomes: the smallest that does. */
sealed interface Shape {
    record One(Step step) implements Shape {}

    /** A write of one key with a condition on it. */
    record OneIf(Step step, Guard guard) implements Shape {}

    record Batch(List<Step> steps) implements Shape {}

    record Txn(Action action) implements Shape {}

    record OptimisticTxn(Action action, long readTs) implements Shape {}

    static Shape of(Call call) {
        Action action = call.action();
        if (call.how() instanceof Call.How.Optimistic(long readTs)) {
            return new OptimisticTxn(action, readTs);
        }
        if (!action.otherwise().isEmpty() || action.guards().size() > 1) {
            return new Txn(action);
        }
        Step first = action.then().getFirst();
        boolean isSingle = action.then().size() == 1;
        if (action.guards().isEmpty()) {
            return isSingle ? new One(first) : several(action);
        }
        Guard guard = action.guards().getFirst();
        return isSingle && isEtag(guard) ? new OneIf(first, guard) : new Txn(action);
    }

    private static Shape several(Action action) {
        boolean writesOnly = action.then().stream().noneMatch(Step.Get.class::isInstance);
        return writesOnly ? new Batch(action.then()) : new Txn(action);
    }

    private static boolean isEtag(Guard guard) {
        return guard instanceof Guard.Exists || guard instanceof Guard.Unchanged;
    }
}
