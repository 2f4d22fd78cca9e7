package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.apply.BatchApplier;
import io.skipstone.clock.HybridClock;
import io.skipstone.command.Command.RaiseClockCeiling;
import io.skipstone.command.Outcome;
import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.SkipGate;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.snapshot.StartDecision.Skip;
import io.skipstone.snapshot.StartFacts;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreMeta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.protocol.ClientId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A cluster that nobody writes to: its log holds clock ceilings, or entries of Raft itself. The original skipped nothing here, because
 * such entries never reached its store (study of the original, 6.6, W-12).
 */
@Timeout(120)
class IdleClusterTest {
    private static final int LEASES = 5_000;

    @TempDir
    Path dir;

    private Path node;

    @BeforeEach
    void makeTheDirectory() throws IOException {
        node = dir.resolve("node");
        Files.createDirectories(node.resolve("raft"));
    }

    private Store open(Path root) {
        return LmdbStore.open(StoreConfig.of(root.resolve("store"), dir.resolve("native")));
    }

    private static LogExtent log(Path root) throws IOException {
        return RaftLogDirectory.of(root.resolve("raft"), TestNode.GROUP).extent();
    }

    private static TestNode start(Path root, Store store) throws IOException {
        return TestNode.over(root.resolve("raft"), store).start().awaitReady();
    }

    /** What an idle leader does in more than an hour, without the waiting. */
    private static void lease(TestNode node) throws Exception {
        for (int from = 0; from < LEASES; from += 500) {
            var leases = IntStream.range(0, 500)
                    .mapToObj(
                            _ -> node.propose(new RaiseClockCeiling(node.clock().nextCeiling())))
                    .toArray(CompletableFuture<?>[]::new);
            CompletableFuture.allOf(leases).get(60, SECONDS);
        }
    }

    /** The clock, which was used, asks for nothing more, and what it asked for is in the store. */
    private static void settle(TestNode node, Store store) {
        node.raft().drain();
        await().until(() -> node.raft().proposalsInFlight() == 0
                && node.logOnDisk().end()
                        == store.meta().applied().orElseThrow().index());
    }

    /** Starts over what is there, and counts what the apply thread gets to do. */
    private void assertSkips(Path root, StoreMeta before) throws Exception {
        try (var store = open(root)) {
            Position have = store.meta().applied().orElseThrow();
            assertThat(store.meta()).isEqualTo(before);
            assertThat(SkipGate.decide(store.openedAs(), log(root), StartFacts.alone(TestNode.GROUP), List::of))
                    .isEqualTo(new Skip(have));
            assertThat(log(root).end()).as("nothing is left to apply").isEqualTo(have.index());

            try (var restarted = start(root, store)) {
                long added = restarted.status().applied().orElseThrow().index() - have.index();
                int raftsOwn = 1;
                assertThat(restarted.events().allEntriesApplied())
                        .as("no entry up to %s is applied again", have)
                        .isEqualTo((int) added - raftsOwn);
                assertThat(restarted.events().entriesApplied()).isZero();
                assertThat(restarted.status().pinned()).contains(have);
                assertThat(store.meta().hlcCeiling()).isGreaterThanOrEqualTo(before.hlcCeiling());
                assertThat(store.meta().lastCommitTs()).isGreaterThan(before.hlcCeiling());
                assertThat(store.meta().revision()).isZero();
            }
        }
    }

    @Nested
    class ALogOfNothingButClockCeilings {
        @Test
        void isSkippedAfterACleanStop() throws Exception {
            StoreMeta last;
            RecordedEvents events;
            try (var store = open(node)) {
                try (var leader = start(node, store)) {
                    events = leader.events();
                    lease(leader);
                    settle(leader, store);
                }
                last = store.meta();
            }
            assertThat(events.pins.getLast())
                    .as("the stop pins the last one")
                    .isEqualTo(last.applied().orElseThrow());

            assertThat(last.applied().orElseThrow().index()).isGreaterThan(LEASES);
            assertThat(last.revision()).isZero();
            assertSkips(node, last);
        }

        @Test
        @DisplayName("isSkippedAfterACrashWithoutAPin [ApplyNormalCommitted]")
        void isSkippedAfterACrashWithoutAPin() throws Exception {
            Path crashed = dir.resolve("crashed");
            StoreMeta last;
            try (var store = open(node);
                    var leader = start(node, store)) {
                lease(leader);
                // The copy shows one moment.
                settle(leader, store);
                copy(node, crashed);
                assertThat(leader.events().pins).isEmpty();
                last = store.meta();
            }

            assertSkips(crashed, last);
        }

        @Test
        void isPinnedUpToTheLastOne() throws Exception {
            try (var store = open(node);
                    var leader = start(node, store)) {
                lease(leader);
                Outcome lastLease = leader.propose(
                                new RaiseClockCeiling(leader.clock().nextCeiling()))
                        .get(20, SECONDS);
                Position last = store.meta().applied().orElseThrow();

                Position pinned = leader.raft().pin().toCompletableFuture().get(20, SECONDS);

                assertThat(pinned).isGreaterThanOrEqualTo(last);
                assertThat(leader.status().pinned()).contains(pinned);
                assertThat(lastLease)
                        .isInstanceOfSatisfying(Outcome.CeilingRaised.class, raised -> assertThat(raised.ceiling())
                                .isLessThanOrEqualTo(store.meta().hlcCeiling()));
            }
        }
    }

    /** Driven through Ratis' callbacks: a group of one changes its configuration once for each term. */
    @Nested
    class ALogOfNothingButConfigurations {
        private static final int MARKERS = 5_000;

        @Test
        void isSkippedAndEachCountsAsApplied() throws Exception {
            var last = new Position(3, MARKERS - 1);
            try (var store = open(node)) {
                var pin = new SnapshotPin(store);
                var halts = new RecordedHalts();
                var loop =
                        new ApplyLoop(1024, new BatchApplier(store), pin, store::collect, halts, new RecordedEvents());
                var machine = machine(loop, pin, halts);
                loop.start();
                for (int index = 0; index < MARKERS; index++) {
                    machine.notifyConfigurationChanged(3, index, RaftConfigurationProto.getDefaultInstance());
                    machine.notifyTermIndexUpdated(3, index);
                }

                assertThat(machine.takeSnapshot()).isEqualTo(last.index());
                assertThat(pin.pinned()).contains(last);
                loop.stop();
                assertThat(halts.all()).isEmpty();
            }

            try (var store = open(node)) {
                assertThat(SkipGate.decide(
                                store.openedAs(),
                                new LogExtent(0, MARKERS - 1, true, true),
                                StartFacts.alone(TestNode.GROUP),
                                List::of))
                        .isEqualTo(new Skip(last));
                assertThat(store.meta().hlcCeiling()).isEqualTo(Timestamp.NONE);
                assertThat(new SnapshotPin(store).adopt()).contains(last);
            }
        }

        @Test
        void isSkippedAtEachOfManyStartsOfANode() throws Exception {
            long index = -1;
            for (int term = 1; term <= 5; term++) {
                try (var store = open(node);
                        var leader = start(node, store)) {
                    long before = index;
                    index = leader.status().applied().orElseThrow().index();
                    assertThat(leader.events().entriesApplied()).isZero();
                    assertThat(leader.events().allEntriesApplied())
                            .as("what this start added, but the configuration of its term")
                            .isEqualTo((int) (index - before) - 1);
                    assertThat(store.meta().configuration()).isNotEqualTo(Bytes.EMPTY);
                    index = leader.raft()
                            .pin()
                            .toCompletableFuture()
                            .get(20, SECONDS)
                            .index();
                }
                index = Math.max(index, log(node).end());
            }
        }

        private static SkipstoneStateMachine machine(ApplyLoop loop, SnapshotPin pin, RecordedHalts halts) {
            return new SkipstoneStateMachine(
                    loop,
                    new PinnedSnapshot(pin),
                    new HybridClock(() -> 1_000),
                    new InFlight(1, 1 << 20),
                    TestNode.MEMBER,
                    ClientId.randomId(),
                    Leaderships.alone(() -> {}, () -> {}),
                    halts);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
