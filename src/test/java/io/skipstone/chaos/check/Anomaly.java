package io.skipstone.chaos.check;

import io.skipstone.chaos.history.Operation;
import java.util.List;

/** A promise that a history breaks. */
public record Anomaly(Rule rule, String detail, List<Operation> involved) {
    /** What is promised. */
    public enum Rule {
        REVISIONS_ARE_DENSE,
        COMMIT_TIMESTAMPS_ASCEND,
        VERSIONS_COUNT_WRITES,
        ACKNOWLEDGED_WRITES_ARE_KEPT,
        A_REVISION_IS_ONE_WRITE,
        EVERY_REVISION_WAS_ASKED_FOR_ONCE,
        ANSWERS_FOLLOW_FROM_THE_REVISIONS_BEFORE,
        READS_SHOW_THE_STATE_AT_THEIR_REVISION,
        NOTHING_IS_READ_FROM_THE_FUTURE,
        REVISIONS_FOLLOW_REAL_TIME
    }

    public Anomaly {
        involved = List.copyOf(involved);
    }

    @Override
    public String toString() {
        var text = new StringBuilder(rule + ": " + detail);
        involved.forEach(one -> text.append("\n    ").append(one));
        return text.toString();
    }
}
