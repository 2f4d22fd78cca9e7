package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.LogEntry;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation;
import io.skipstone.command.Operation.Get;
import io.skipstone.command.Outcome;
import io.skipstone.command.Step;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Limits;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final WorkQueue queue = new WorkQueue(ApplyLoop.QUEUE_ITEMS, ApplyLoop.QUEUE_BYTES);

    @Test
    void handsOutFewTransactionsAtOnceThatReturnMuch() throws InterruptedException {
        for (int i = 0; i < 8; i++) {
            queue.put(entry(new Txn(
                    List.of(),
                    Collections.nCopies(1024, (Operation) new Get(Key.utf8("a"))),
                    List.of(),
                    Command.ReadSet.NONE)));
        }

        assertThat(queue.take(1024, ApplyLoop.BATCH_BYTES, false))
                .singleElement()
                .satisfies(work -> assertThat(work.weight()).isEqualTo(100 + Limits.TXN_RESULT_BYTES));
    }

    @Test
    void weighsWhatANestedTransactionReturnsOnOneOfItsPaths() {
        Step returning = new Step.Delete(KeyRange.ALL, true);
        var inner = new NestedTxn(List.of(), List.of(returning, returning), List.of(returning));
        var txn = new NestedTxn(
                List.of(),
                List.of(new Step.Put(Key.utf8("a"), Bytes.EMPTY), new Step.Nested(inner)),
                List.of(returning));

        assertThat(entry(txn).weight()).isEqualTo(100 + 2 * (128 << 10));
        assertThat(entry(NestedTxn.of(new Step.Delete(KeyRange.ALL, false))).weight())
                .isEqualTo(100);
        assertThat(entry(new NestedTxn(List.of(), List.of(), Collections.nCopies(128, returning)))
                        .weight())
                .isEqualTo(100 + Limits.TXN_RESULT_BYTES);
    }

    @Test
    void handsOutManyThatReturnNothingTogether() throws InterruptedException {
        for (int i = 0; i < 1024; i++) {
            queue.put(entry(new Command.Barrier()));
        }

        assertThat(queue.take(1024, ApplyLoop.BATCH_BYTES, false)).hasSize(1024);
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void keepsTogetherWhatSharesAPlaceInTheLog() throws InterruptedException {
        for (int i = 0; i < 3; i++) {
            queue.put(entries(Collections.nCopies(400, new Command.Barrier())));
        }

        assertThat(queue.take(1024, ApplyLoop.BATCH_BYTES, false)).hasSize(2);
        assertThat(queue.take(300, ApplyLoop.BATCH_BYTES, false))
                .as("at least one")
                .hasSize(1);
    }

    private static Work entry(Command command) {
        return entries(List.of(command));
    }

    private static Work entries(List<Command> commands) {
        List<LogEntry> entries = commands.stream()
                .map(command -> new LogEntry(new Timestamp(9), Once.EACH_TIME, command))
                .toList();
        return new Work.Entry(new Position(1, 1), entries, 100, new Nobody());
    }

    private static final class Nobody implements Work.Completion {
        @Override
        public void applied(List<Outcome> outcomes) {}

        @Override
        public void abandoned(Throwable reason) {}
    }
}
