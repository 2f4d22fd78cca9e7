package io.skipstone.command;

import io.skipstone.command.Outcome.Branch;
import io.skipstone.model.KeyValue;
import java.util.List;

/** What one step of a nested transaction came to. */
public sealed interface StepResult {
    /** The branch of a transaction; the results of its steps follow. */
    record Chose(Branch branch) implements StepResult {}

    /**
     * What a put, a read or a delete came to.
     *
     * @param count keys put, deleted, or in the range that was read
     * @param more whether a read's limit has left rows out
     * @param rows what was there before, or was read
     */
    record Rows(long count, boolean more, List<KeyValue> rows) implements StepResult {
        public Rows {
            rows = List.copyOf(rows);
        }
    }
}
