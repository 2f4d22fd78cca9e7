package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log and the apply thread together, over a real Ratis. */
@Timeout(120)
class RaftNodeTest {
    @TempDir
    Path dir;

    private final FaultyStore store = new FaultyStore();

    private static Timestamp committedAt(Outcome outcome) {
        return ((Committed) outcome).commitTs();
    }

    @Nested
    class AWrite {
        @Test
        void isInTheStoreWhenItIsAcknowledged() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                var outcome = node.put("a", "1").get(10, SECONDS);

                assertThat(outcome).isInstanceOf(Committed.class);
                assertThat(store.meta().revision()).isOne();
                assertThat(store.meta().lastCommitTs()).isEqualTo(committedAt(outcome));
            }
        }

        @Test
        void sharesItsTransactionWithOthersUnderLoad() throws Exception {
            List<CompletableFuture<Outcome>> writes = new ArrayList<>();
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                store.gate.acquire();
                try {
                    writes.add(node.put("first", "v"));
                    await().until(store.gate::hasQueuedThreads);
                    IntStream.range(0, 199)
                            .mapToObj(i -> node.put("k" + i, "v"))
                            .forEach(writes::add);
                    await().until(() -> node.raft().applyQueueEntries() >= 100);
                } finally {
                    store.gate.release();
                }
                CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                        .get(30, SECONDS);

                assertThat(node.events().entriesApplied()).isEqualTo(200);
                assertThat(node.events().batches).hasSizeLessThan(20).anyMatch(size -> size >= 100);
            }
        }

        @Test
        void mayFollowAReadOfTheEmptyStore() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                var key = Key.utf8("a");
                var read = node.raft()
                        .reader()
                        .get(key, ReadAt.LATEST, Consistency.LINEARIZABLE)
                        .toCompletableFuture()
                        .get(10, SECONDS);
                var reads = new ReadSet(read.moment().upTo(), List.of(key), List.of());
                var create = new Txn(List.of(), List.of(new Put(key, Bytes.utf8("1"), 0)), List.of(), reads);

                assertThat(reads.isOptimistic()).isTrue();
                assertThat(node.propose(create).get(10, SECONDS)).isInstanceOf(Committed.class);
                assertThat(node.propose(create).get(10, SECONDS)).isInstanceOf(Outcome.Conflict.class);
            }
        }

        @Test
        void isAnsweredInLogOrder() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                var answered = new CopyOnWriteArrayList<Timestamp>();
                var writes = IntStream.range(0, 300)
                        .mapToObj(i -> node.put("k" + i, "v").thenAccept(o -> answered.add(committedAt(o))))
                        .toList();
                CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                        .get(30, SECONDS);

                assertThat(answered)
                        .hasSize(300)
                        .isSortedAccordingTo(Timestamp::compareTo)
                        .doesNotHaveDuplicates();
            }
        }
    }

    @Nested
    class CommitTimestamps {
        @Test
        void increaseInLogOrderAlsoWhenManyProposeAtOnce() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady();
                    var threads = Executors.newFixedThreadPool(8)) {
                List<CompletableFuture<Outcome>> writes = new ArrayList<>();
                for (int i = 0; i < 400; i++) {
                    String key = "k" + i;
                    var write = new CompletableFuture<Outcome>();
                    threads.execute(() -> write.complete(node.put(key, "v").join()));
                    writes.add(write);
                }
                CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                        .get(30, SECONDS);

                var byRevision = writes.stream()
                        .map(write -> (Committed) write.join())
                        .sorted((a, b) -> Long.compare(a.revision(), b.revision()))
                        .toList();
                assertThat(byRevision).extracting(Committed::revision).doesNotHaveDuplicates();
                assertThat(byRevision)
                        .extracting(Committed::commitTs)
                        .doesNotHaveDuplicates()
                        .isSortedAccordingTo(Timestamp::compareTo);
            }
        }

        @Test
        void doNotGoBackWhenTheWallClockDoesAndTheNodeRestarts() throws Exception {
            Timestamp before;
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                before = committedAt(node.put("a", "1").get(10, SECONDS));
            }

            try (var node = TestNode.over(dir, store).wall(() -> 1_000).start().awaitReady()) {
                Timestamp after = committedAt(node.put("b", "2").get(10, SECONDS));

                assertThat(after).isGreaterThan(before);
            }
        }

        @Test
        void doNotGoBackWhenOnlyTheLogKnowsTheNewestOne() throws Exception {
            Timestamp before;
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                before = committedAt(node.put("a", "1").get(10, SECONDS));
            }

            var empty = new FaultyStore();
            try (var node = TestNode.over(dir, empty).wall(() -> 1_000).start().awaitReady()) {
                Timestamp after = committedAt(node.put("b", "2").get(10, SECONDS));

                assertThat(after).isGreaterThan(before);
                assertThat(empty.meta().revision()).isEqualTo(2);
            }
        }
    }

    @Nested
    class ARestart {
        @Test
        void appliesNothingThatTheStoreHolds() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                for (int i = 0; i < 20; i++) {
                    node.put("k" + i, "v").get(10, SECONDS);
                }
            }

            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                node.put("new", "v").get(10, SECONDS);

                assertThat(node.events().entriesApplied()).isOne();
                assertThat(store.meta().revision()).isEqualTo(21);
            }
        }

        @Test
        void appliesNothingThatTheStoreHoldsAfterACrashWithoutAPin() throws Exception {
            Path crashed = dir.resolve("crashed");
            try (var node = TestNode.over(dir.resolve("running"), store).start().awaitReady()) {
                for (int i = 0; i < 20; i++) {
                    node.put("k" + i, "v").get(10, SECONDS);
                }
                copy(dir.resolve("running"), crashed);
                assertThat(node.events().pins).isEmpty();
            }

            try (var node = TestNode.over(crashed, store).start().awaitReady()) {
                assertThat(node.events().entriesApplied()).isZero();
                assertThat(store.meta().revision()).isEqualTo(20);
            }
        }

        @Test
        void skipsALogOfNothingButRaftsOwnEntries() throws Exception {
            Position pinned;
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                pinned = node.raft().pin().toCompletableFuture().get(10, SECONDS);
                assertThat(node.status().pinned()).contains(pinned);
            }

            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                assertThat(node.events().entriesApplied()).isZero();
                assertThat(node.status().coldStart().have()).isPresent();
                assertThat(store.meta().configuration().isEmpty()).isFalse();
            }
        }

        @Test
        @DisplayName("replaysEverythingIntoAStoreThatKeepsNoIndexOverARestart [SkipGate_FallbackNotReader]")
        void replaysEverythingIntoAStoreThatKeepsNoIndexOverARestart() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                for (int i = 0; i < 20; i++) {
                    node.put("k" + i, "v").get(10, SECONDS);
                }
            }

            var forgetful = new FaultyStore();
            try (var node = TestNode.over(dir, forgetful).start().awaitReady()) {
                assertThat(node.events().entriesApplied()).isEqualTo(20);
                assertThat(forgetful.meta().revision()).isEqualTo(20);
            }
        }

        @Test
        @DisplayName("tellsHowItCameUpOnlyOnceItServes [SkipGate_EmitsAfterSuccess]")
        void tellsHowItCameUpOnlyOnceItServes() throws Exception {
            var setup = TestNode.over(dir, store).wrap(machine -> {
                store.gate.acquireUninterruptibly();
                return machine;
            });
            try (var node = setup.start()) {
                try {
                    await().until(() -> node.status().role() == NodeStatus.Role.LEADER);
                    assertThat(node.raft().served()).isNotDone();
                } finally {
                    store.gate.release();
                }

                assertThat(node.raft().served()).succeedsWithin(30, SECONDS);
                assertThat(node.status().isReady()).isTrue();
            }
        }

        @Test
        void pinsWhatItHoldsWhenItStops() throws Exception {
            RecordedEvents events;
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                events = node.events();
                node.put("a", "1").get(10, SECONDS);
            }

            assertThat(events.pins).hasSize(1);
            assertThat(store.meta().applied()).contains(events.pins.getFirst());
        }
    }

    @Nested
    class APin {
        @Test
        void comesByItselfAndThePurgeStaysBelowIt() throws Exception {
            try (var node = TestNode.over(dir, store).pinEvery(2_000).start().awaitReady()) {
                String value = "v".repeat(8_000);
                for (int round = 0; round < 12; round++) {
                    int from = round * 500;
                    var writes = IntStream.range(from, from + 500)
                            .mapToObj(i -> node.put("k" + i % 10, value))
                            .toList();
                    CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
                            .get(60, SECONDS);
                }
                await().until(() -> node.events().pins.size() >= 2);
                await().until(() -> node.logOnDisk().start() > 0);

                long pinned = node.status().pinned().orElseThrow().index();
                assertThat(node.logOnDisk().start()).isLessThanOrEqualTo(pinned + 1);
            }
        }

        @Test
        void isSyncedBeforeItIsPromised() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                node.put("a", "1").get(10, SECONDS);
                store.calls.clear();

                Position pinned = node.raft().pin().toCompletableFuture().get(10, SECONDS);

                assertThat(store.calls).endsWith("sync");
                assertThat(node.status().pinned()).contains(pinned);
            }
        }

        @Test
        void staysWhereItWasWhenTheSyncFailsAndSucceedsLater() throws Exception {
            try (var node = TestNode.over(dir, store).start().awaitReady()) {
                Position first = node.raft().pin().toCompletableFuture().get(10, SECONDS);
                node.put("a", "1").get(10, SECONDS);
                store.failsSync = true;
                assertThat(node.raft().pin())
                        .failsWithin(10, SECONDS)
                        .withThrowableOfType(ExecutionException.class)
                        .withCauseInstanceOf(NotReady.class);
                assertThat(node.status().pinned()).contains(first);

                store.failsSync = false;
                Position second = node.raft().pin().toCompletableFuture().get(10, SECONDS);

                assertThat(second).isGreaterThan(first);
                assertThat(store.meta().applied()).contains(second);
            }
        }
    }

    @Nested
    class FailStops {
        @Test
        void becauseTheStoreCannotWrite() throws Exception {
            var halts = new RecordedHalts();
            try (var node = TestNode.over(dir, store).halts(halts).start().awaitReady()) {
                store.failsWrite = true;
                var write = node.put("a", "1");

                await().until(() -> !halts.all().isEmpty());
                assertThat(halts.all().getFirst().exitCode()).isEqualTo(FailStop.EXIT_STORAGE);
                assertThat(write).failsWithin(10, SECONDS);
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file)));
            }
        }
    }
}
