package io.skipstone.chaos.check;

import io.skipstone.chaos.history.Operation;
import java.util.List;

/** What a checker says of the operations on one group. */
public sealed interface Verdict {
    /** There is an order that explains every answer. */
    record Linearizable(int operations) implements Verdict {}

    /**
     * There is none.
     *
     * @param explained the longest order found
     * @param stuck what could have come next, none of which fits
     */
    record Violation(String group, List<Operation> explained, List<Operation> stuck) implements Verdict {
        private static final int SHOWN = 12;

        public Violation {
            explained = List.copyOf(explained);
            stuck = List.copyOf(stuck);
        }

        @Override
        public String toString() {
            var text = new StringBuilder("no order explains the answers of group " + group + "; after "
                    + explained.size() + " operations, the last of them");
            explained.stream().skip(Math.max(0, explained.size() - SHOWN)).forEach(one -> text.append("\n    ")
                    .append(one));
            text.append("\n  none of these fits:");
            stuck.stream().limit(SHOWN).forEach(one -> text.append("\n    ").append(one));
            return text.toString();
        }
    }

    /** The search was given up; look at the history. */
    record Undecided(String group, long steps) implements Verdict {}
}
