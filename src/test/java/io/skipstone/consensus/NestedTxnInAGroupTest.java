package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.RangeRead;
import io.skipstone.command.Step;
import io.skipstone.command.StepResult;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.SkipstoneException.BadRequest;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes: a nested transaction comes back whole from any of them, and all read the same afterwards. */
class NestedTxnInAGroupTest {
    private static final Key A = Key.utf8("a");
    private static final Step.Read ALL = new Step.Read(RangeRead.of(KeyRange.ALL, 0));

    @TempDir
    Path temp;

    @Test
    void aFollowerBringsItToTheLeaderAndItsResultsBack() throws Exception {
        try (TestGroup group = TestGroup.of(temp, 3).awaitReady()) {
            group.awaitLeader();
            TestNode follower = group.follower();

            var ran = (Outcome.Ran) follower.propose(NestedTxn.of(new Step.Put(A, Bytes.utf8("1")), ALL))
                    .get(60, SECONDS);

            assertThat(ran.revision()).isEqualTo(1);
            List<StepResult> results = ran.results();
            assertThat(results.getFirst()).isEqualTo(new StepResult.Chose(Branch.THEN));
            assertThat(((StepResult.Rows) results.getLast()).rows())
                    .extracting(KeyValue::value)
                    .containsExactly(Bytes.utf8("1"));
            for (TestNode node : group.nodes()) {
                var read = TestGroup.result(
                        node.raft().reader().nested(NestedTxn.of(ALL), 1 << 20, Consistency.LINEARIZABLE));
                assertThat(read.value().getLast()).isEqualTo(results.getLast());
                assertThat(read.revision()).isEqualTo(1);
                assertThat(TestGroup.result(node.raft().reader().range(ALL.range(), 1 << 20, Consistency.LINEARIZABLE))
                                .value())
                        .isEqualTo(results.getLast());
            }
        }
    }

    @Test
    void theRulesHoldWhereverItIsProposed() throws Exception {
        try (TestGroup group = TestGroup.of(temp, 3).awaitReady()) {
            group.awaitLeader();
            var twice = NestedTxn.of(new Step.Put(A, Bytes.EMPTY), new Step.Delete(KeyRange.ALL, false));

            for (TestNode node : group.nodes()) {
                assertThat(node.propose(twice))
                        .failsWithin(60, SECONDS)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(BadRequest.class);
            }
        }
    }
}
