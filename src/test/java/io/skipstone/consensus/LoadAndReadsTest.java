package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Command.Barrier;
import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.RaiseGcFloor;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.command.Step;
import io.skipstone.consensus.Observer.ProposalResult;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutOfSpace;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.model.Timestamp;
import java.nio.file.Path;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client meets: limits, deadlines, and how fresh a read is. */
@Timeout(120)
class LoadAndReadsTest {
    private static final Key KEY = Key.utf8("a");

    @TempDir
    Path dir;

    private final FaultyStore store = new FaultyStore();

    private static Limits limits(int entryBytes, int proposals, long timeoutMillis, int reads) {
        Limits some = Limits.DEFAULT;
        return new Limits(
                some.valueBytes(),
                entryBytes,
                some.txnOperations(),
                some.txnReads(),
                some.scanRows(),
                some.scanBytes(),
                some.prefixDeleteKeys(),
                proposals,
                some.proposalBytes(),
                timeoutMillis,
                reads);
    }

    private static void assertRefused(CompletionStage<?> stage, Class<? extends SkipstoneException> as) {
        assertThat(stage)
                .failsWithin(10, SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(as);
    }

    private static Timestamp committedAt(Outcome outcome) {
        return ((Committed) outcome).commitTs();
    }

    @Nested
    class TooManyWrites {
        @Test
        void areRefusedAtOnceAndTheOthersGoOn() throws Exception {
            try (var node = TestNode.over(dir, store)
                    .limits(limits(4096, 4, 30_000, 16))
                    .start()
                    .awaitReady()) {
                store.gate.acquire();
                var accepted = Stream.of("a", "b", "c", "d")
                        .map(key -> node.put(key, "v"))
                        .toList();

                assertRefused(node.put("e", "v"), Overloaded.class);
                assertThat(node.raft().proposalsInFlight()).isEqualTo(4);

                store.gate.release();
                for (var write : accepted) {
                    assertThat(write.get(10, SECONDS)).isInstanceOf(Committed.class);
                }
                assertThat(node.raft().proposalsInFlight()).isZero();
                assertThat(node.raft().proposalBytesInFlight()).isZero();
                assertThat(node.put("e", "v").get(10, SECONDS)).isInstanceOf(Committed.class);
                assertThat(node.events().results).contains(ProposalResult.OVERLOADED, ProposalResult.APPLIED);
            }
        }
    }

    @Nested
    class AWrite {
        @Test
        void hasAnUnknownOutcomeAfterItsDeadline() throws Exception {
            try (var node = TestNode.over(dir, store)
                    .limits(limits(4096, 4, 200, 16))
                    .start()
                    .awaitReady()) {
                store.gate.acquire();

                assertRefused(node.put("a", "v"), OutcomeUnknown.class);

                store.gate.release();
                await().until(() -> store.meta().revision() == 1);
            }
        }

        @Test
        void countsUntilTheLogHasLetGoOfItAlsoAfterItsDeadline() throws Exception {
            try (var node = TestNode.over(dir, store)
                    .limits(limits(4096, 2, 200, 16))
                    .start()
                    .awaitReady()) {
                store.gate.acquire();
                try {
                    assertRefused(node.put("a", "v"), OutcomeUnknown.class);
                    assertRefused(node.put("b", "v"), OutcomeUnknown.class);

                    assertRefused(node.put("c", "v"), Overloaded.class);
                    assertThat(node.raft().proposalsInFlight()).isEqualTo(2);
                } finally {
                    store.gate.release();
                }
                await().until(() -> node.raft().proposalsInFlight() == 0);
                assertThat(node.raft().proposalBytesInFlight()).isZero();
                await().until(() -> store.meta().revision() == 2);
            }
        }

        @Test
        void isTooLargeOverTheEntryLimit() throws Exception {
            try (var node = TestNode.over(dir, store)
                    .limits(limits(4096, 4, 10_000, 16))
                    .start()
                    .awaitReady()) {
                assertRefused(node.put("a", "v".repeat(5_000)), TooLarge.class);
                assertThat(node.put("a", "v".repeat(4_000)).get(10, SECONDS)).isInstanceOf(Committed.class);
            }
        }

        @Test
        void mayTakeAsMuchAsTheLargestEntry() throws Exception {
            var wide = new Limits(4 << 20, 4 << 20, 16, 16, 16, 4 << 20, 16, 64, 64L << 20, 20_000, 16);
            try (var node = TestNode.over(dir, store).limits(wide).start().awaitReady()) {
                assertThat(node.put("a", "v".repeat((4 << 20) - 64)).get(20, SECONDS))
                        .isInstanceOf(Committed.class);
            }
        }

        @Test
        void isRefusedWithoutRoomWhileDeletesAndBarriersGoThrough() throws Exception {
            try (var node = TestNode.over(dir, store).admit(_ -> false).start().awaitReady()) {
                assertRefused(node.put("a", "v"), OutOfSpace.class);
                var put = new Step.Put(KEY, Bytes.utf8("v"));
                assertRefused(node.propose(NestedTxn.of(new Step.Nested(NestedTxn.of(put)))), OutOfSpace.class);
                assertThat(node.propose(NestedTxn.of(new Step.Delete(KEY.asRange(), true)))
                                .get(10, SECONDS))
                        .isInstanceOf(Outcome.Ran.class);
                assertThat(node.propose(new Barrier()).get(10, SECONDS)).isInstanceOf(Outcome.BarrierPassed.class);
            }
        }

        @Test
        void isNotTakenByANodeThatDrains() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                node.raft().drain();

                assertRefused(node.put("a", "v"), NotReady.class);
                assertRefused(node.raft().reader().get(KEY, ReadAt.LATEST, Consistency.LINEARIZABLE), NotReady.class);
            }
        }
    }

    @Nested
    class ARead {
        @Test
        void seesEveryAcknowledgedWrite() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                for (int i = 0; i < 50; i++) {
                    String value = "v" + i;
                    node.put("a", value).get(10, SECONDS);
                    var answer = node.raft().reader().get(KEY, ReadAt.LATEST, Consistency.LINEARIZABLE);

                    assertThat(answer.toCompletableFuture().get(10, SECONDS).value())
                            .hasValueSatisfying(
                                    found -> assertThat(found.value().toUtf8()).isEqualTo(value));
                }
            }
        }

        @Test
        void atTheClockOfAnIdleNodeGivesTheSameAnswerForEver() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                node.put("a", "1").get(10, SECONDS);
                await().until(() ->
                        node.clock().now().isAfter(store.meta().lastCommitTs().plusMillis(1)));
                Timestamp at = node.clock().now();

                var before = node.raft()
                        .reader()
                        .get(KEY, new ReadAt.AtTimestamp(at), Consistency.SNAPSHOT)
                        .toCompletableFuture()
                        .get(10, SECONDS);
                Timestamp next = committedAt(node.put("a", "2").get(10, SECONDS));
                var after = node.raft()
                        .reader()
                        .get(KEY, new ReadAt.AtTimestamp(at), Consistency.SNAPSHOT)
                        .toCompletableFuture()
                        .get(10, SECONDS);

                assertThat(next).isGreaterThan(at);
                assertThat(after.value()).isEqualTo(before.value());
                assertThat(before.moment().upTo()).isEqualTo(at);
            }
        }

        @Test
        void inTheFutureIsABadRequest() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                var future = new ReadAt.AtTimestamp(node.clock().now().plusMillis(60_000));

                assertRefused(node.raft().reader().get(KEY, future, Consistency.SNAPSHOT), BadRequest.class);
                assertRefused(
                        node.raft().reader().get(KEY, new ReadAt.AtRevision(99), Consistency.SNAPSHOT),
                        BadRequest.class);
            }
        }

        @Test
        void belowTheGcFloorIsCompacted() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                Timestamp old = committedAt(node.put("a", "1").get(10, SECONDS));
                Timestamp newer = committedAt(node.put("a", "2").get(10, SECONDS));
                node.propose(new RaiseGcFloor(newer)).get(10, SECONDS);

                assertRefused(
                        node.raft().reader().get(KEY, new ReadAt.AtTimestamp(old), Consistency.SNAPSHOT),
                        Compacted.class);
            }
        }

        @Test
        void isRefusedWhenTooManyWait() throws Exception {
            try (var node = TestNode.over(dir, store)
                    .limits(limits(4096, 4, 30_000, 1))
                    .start()
                    .awaitReady()) {
                node.put("a", "1").get(10, SECONDS);
                await().until(() ->
                        node.clock().now().isAfter(store.meta().lastCommitTs().plusMillis(1)));
                store.gate.acquire();
                var before = node.put("a", "2");
                var at = new ReadAt.AtTimestamp(node.clock().now());
                var waiting = node.raft().reader().get(KEY, at, Consistency.SNAPSHOT);

                assertRefused(node.raft().reader().get(KEY, ReadAt.LATEST, Consistency.LINEARIZABLE), Overloaded.class);

                store.gate.release();
                assertThat(waiting).succeedsWithin(10, SECONDS);
                assertThat(before).succeedsWithin(10, SECONDS);
            }
        }
    }
}
