package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.apply.BatchApplier;
import io.skipstone.clock.HybridClock;
import io.skipstone.command.Command.Barrier;
import io.skipstone.command.CommandCodec;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.SnapshotPin;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerRole;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.statemachine.TransactionContext;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Ratis' callbacks, called directly. */
class SkipstoneStateMachineTest {
    private final FaultyStore store = new FaultyStore();
    private final RecordedHalts halts = new RecordedHalts();
    private final SnapshotPin pin = new SnapshotPin(store);
    private final HybridClock clock = new HybridClock(() -> 1_000);
    private final ApplyLoop loop =
            new ApplyLoop(1024, new BatchApplier(store), pin, store::collect, halts, new RecordedEvents());
    private final SkipstoneStateMachine machine = new SkipstoneStateMachine(
            loop,
            new PinnedSnapshot(pin),
            clock,
            new InFlight(1, 1 << 20),
            TestNode.MEMBER,
            ClientId.randomId(),
            Leaderships.alone(() -> {}, () -> {}),
            halts);

    @BeforeEach
    void startTheLoop() {
        loop.start();
    }

    private TransactionContext entry(long index, byte[] bytes) {
        var ours = StateMachineLogEntryProto.newBuilder()
                .setClientId(ClientId.randomId().toByteString())
                .setLogData(ByteString.copyFrom(bytes));
        return TransactionContext.newBuilder()
                .setStateMachine(machine)
                .setServerRole(RaftPeerRole.FOLLOWER)
                .setLogEntry(LogEntryProto.newBuilder()
                        .setTerm(1)
                        .setIndex(index)
                        .setStateMachineLogEntry(ours)
                        .build())
                .build();
    }

    private static byte[] barrier(Timestamp at) {
        byte[] bytes = CommandCodec.encode(Once.EACH_TIME, new Barrier());
        CommandCodec.stamp(bytes, () -> at);
        return bytes;
    }

    @Nested
    class AnEntry {
        @Test
        void isObservedByTheClockBeforeItIsApplied() {
            machine.applyTransaction(entry(0, barrier(Timestamp.ofMillis(9_000))))
                    .join();

            assertThat(clock.newest()).isEqualTo(Timestamp.ofMillis(9_000));
            assertThat(machine.getLastAppliedTermIndex().getIndex()).isZero();
        }

        @Test
        void ofAnUnknownFormatStopsTheProcess() {
            byte[] unknown = barrier(Timestamp.ofMillis(9_000));
            unknown[0] = 99;
            TransactionContext context = entry(0, unknown);

            assertThatThrownBy(() -> machine.applyTransaction(context)).isInstanceOf(InvariantViolation.class);

            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_INTEGRITY);
            assertThat(halts.all().getFirst().reason())
                    .contains("log entry 1:0", "of format 99", "a newer version may have written it, run that one");
            assertThat(store.meta().applied()).isEmpty();
        }

        @Test
        void thatContradictsTheStoreStopsTheProcess() {
            machine.applyTransaction(entry(0, barrier(Timestamp.ofMillis(9_000))))
                    .join();

            var second = machine.applyTransaction(entry(1, barrier(Timestamp.ofMillis(8_000))));

            assertThat(second.handle((_, failure) -> failure).join()).isInstanceOf(InvariantViolation.class);
            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_INTEGRITY);
            assertThat(store.meta().applied().orElseThrow().index()).isZero();
        }
    }

    @Nested
    class StopsTheProcess {
        @Test
        void whenTheLogCannotBeWritten() {
            machine.notifyLogFailed(new java.io.IOException("EIO"), LogEntryProto.getDefaultInstance());

            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_STORAGE);
        }

        @Test
        void whenALeaderTakesBackWhatWasHandedDown() {
            machine.applyTransaction(entry(0, barrier(new Timestamp(5)))).join();

            machine.data().truncate(1).join();
            assertThat(halts.all()).as("what was not handed down may go").isEmpty();

            machine.data().truncate(0).join();
            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_INTEGRITY);
        }

        /** With a full queue it would wait for itself, without end. */
        @Test
        void whenTheApplyThreadHandsWorkToItself() {
            loop.hand(new Work.Then(() -> loop.hand(new Work.Pin(new CompletableFuture<>()))));
            loop.stop();

            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_INTEGRITY);
        }

        @Test
        void whenItIsClosedUnasked() {
            machine.close();

            assertThat(halts.all()).extracting(RecordedHalts.Halt::exitCode).containsExactly(FailStop.EXIT_STORAGE);
        }

        @Test
        void notWhenItIsClosedAsAsked() {
            machine.expectClose();
            machine.close();

            assertThat(halts.all()).isEmpty();
            assertThat(machine.closed()).isDone();
        }
    }

    @Nested
    class ASnapshot {
        /** BaseStateMachine has one that does nothing and says so to nobody. */
        @Test
        @DisplayName("isTakenHereAndNotInheritedFromRatis [RecordingFSM_SatisfiesAppliedIndexWriter]")
        void isTakenHereAndNotInheritedFromRatis() throws Exception {
            assertThat(SkipstoneStateMachine.class.getMethod("takeSnapshot").getDeclaringClass())
                    .isEqualTo(SkipstoneStateMachine.class);
            assertThat(machine.getStateMachineStorage()).isInstanceOf(PinnedSnapshot.class);
        }

        @Test
        void takesInMarkersThatWereOnlyInMemory() throws Exception {
            machine.notifyTermIndexUpdated(1, 0);
            machine.notifyTermIndexUpdated(1, 1);

            assertThat(machine.takeSnapshot()).isOne();
            assertThat(store.meta().applied().orElseThrow().index()).isOne();
            assertThat(machine.getLatestSnapshot()).isNotNull();
            assertThat(machine.getLatestSnapshot().getIndex()).isOne();
            assertThat(machine.getLatestSnapshot().getFiles()).isEmpty();
        }

        @Test
        @DisplayName(
                "takesInThousandsOfMarkersAtThePriceOfOneWriteAndOneSync [RaftApplyMetaWriteOptsSyncsAppliedIndex]")
        void takesInThousandsOfMarkersAtThePriceOfOneWriteAndOneSync() throws Exception {
            for (int index = 0; index < 5_000; index++) {
                machine.notifyTermIndexUpdated(1, index);
            }

            assertThat(machine.takeSnapshot()).isEqualTo(4_999);
            assertThat(store.calls).containsExactly("write", "sync");
        }

        @Test
        void isNoneWhenTheSyncFails() throws Exception {
            machine.notifyTermIndexUpdated(1, 0);
            store.failsSync = true;

            assertThat(machine.takeSnapshot()).isNegative();
            assertThat(machine.getLatestSnapshot()).isNull();
            assertThat(halts.all()).isEmpty();
        }
    }
}
