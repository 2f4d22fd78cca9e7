package io.skipstone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.log.EntryProto;
import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandCodecTest {
    private static final Timestamp TS = Examples.COMMIT_TS;
    private static final Command PUT = Command.Txn.of(new Operation.Put(Key.utf8("k"), Bytes.utf8("v"), 0));

    @Nested
    class TheTimestampSlot {
        @Test
        void isZeroUntilStamped() {
            byte[] entry = CommandCodec.encode(Once.EACH_TIME, PUT);

            assertThat(ByteBuffer.wrap(entry).getLong(1)).isZero();
            assertThatThrownBy(() -> CommandCodec.decode(entry))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("never stamped");
        }

        @Test
        void holdsTheStampAfterwards() {
            byte[] entry = CommandCodec.encode(Once.EACH_TIME, PUT);

            CommandCodec.stamp(entry, () -> TS);

            assertThat(CommandCodec.decode(entry).getFirst().commitTs()).isEqualTo(TS);
        }

        @Test
        void isStampedOnlyOnce() {
            byte[] entry = stamped(Once.EACH_TIME, PUT);

            assertThatThrownBy(() -> CommandCodec.stamp(entry, TS::next))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("stamped already: " + TS);
            assertThat(CommandCodec.decode(entry).getFirst().commitTs()).isEqualTo(TS);
        }

        @Test
        void isNotStampedWithNoTimestamp() {
            byte[] entry = CommandCodec.encode(Once.EACH_TIME, PUT);

            assertThatThrownBy(() -> CommandCodec.stamp(entry, () -> Timestamp.NONE))
                    .isInstanceOf(InvariantViolation.class);
        }

        @Test
        void refusesANegativeTimestamp() {
            byte[] entry = stamped(Once.EACH_TIME, PUT);
            entry[1] = (byte) 0x80;

            assertViolation(entry, "timestamp is negative");
        }
    }

    @Nested
    class ABundle {
        private final byte[] one = CommandCodec.encode(Once.EACH_TIME, PUT);
        private final byte[] other = CommandCodec.encode(Once.EACH_TIME, new Command.Barrier());

        @Test
        void ofOneIsTheEntryItself() {
            assertThat(CommandCodec.bundle(List.of(one))).isSameAs(one);
        }

        @Test
        void isStampedAndReadInOrder() {
            byte[] bundle = CommandCodec.bundle(List.of(one, other));

            CommandCodec.stamp(bundle, List.of(TS, TS.next()).iterator()::next);

            assertThat(CommandCodec.decode(bundle))
                    .containsExactly(
                            new LogEntry(TS, Once.EACH_TIME, PUT),
                            new LogEntry(TS.next(), Once.EACH_TIME, new Command.Barrier()));
        }

        @Test
        void isNotReadUntilAllOfItIsStamped() {
            assertViolation(CommandCodec.bundle(List.of(one, other)), "never stamped");
        }

        @Test
        void holdsNoBundle() {
            byte[] inner = CommandCodec.bundle(List.of(one, other));

            assertViolation(CommandCodec.bundle(List.of(inner, one)), "format 2, this node knows 1");
        }

        @Test
        void isAsLongAsItSays() {
            byte[] bundle = CommandCodec.bundle(List.of(one, other));
            ByteBuffer count = ByteBuffer.wrap(bundle, 1, Integer.BYTES);
            count.mark();

            assertViolation(Arrays.copyOf(bundle, bundle.length + 1), "1 bytes behind the last of 2");
            count.putInt(3);
            assertViolation(bundle, "ends within a length");
            count.reset().putInt(1);
            assertViolation(bundle, "a bundle of 1 log entries");
        }

        @Test
        void isNotForwarded() {
            byte[] bundle = CommandCodec.bundle(List.of(one, other));

            assertThatThrownBy(() -> CommandCodec.decodeUnstamped(bundle)).isInstanceOf(InvariantViolation.class);
        }
    }

    @Nested
    class WhatItDoesNotKnow {
        @ParameterizedTest
        @ValueSource(bytes = {0, 3, 4, -1})
        void isRefusedAsAFormat(byte format) {
            byte[] entry = stamped(Once.EACH_TIME, PUT);
            entry[0] = format;

            assertViolation(entry, "format " + format + ", this node knows 1: a newer version may have written it");
            assertThatThrownBy(() -> CommandCodec.stamp(entry, () -> TS)).isInstanceOf(InvariantViolation.class);
        }

        @Test
        void isRefusedAsACommand() {
            assertNewer(
                    EntryProto.Entry.newBuilder()
                            .setIdempotencyKey(ByteString.copyFromUtf8("k"))
                            .build(),
                    "unknown command");
            assertNewer(withUnknownField(EntryProto.Entry.newBuilder()), "unknown field in Entry");
        }

        @Test
        void isRefusedAsAnOperation() {
            assertNewer(txn(EntryProto.Operation.getDefaultInstance()), "unknown operation");
        }

        @Test
        void isRefusedAsATarget() {
            var compare = EntryProto.Compare.newBuilder()
                    .setKey(ByteString.copyFromUtf8("k"))
                    .setRelation(EntryProto.Compare.Relation.EQUAL);

            assertNewer(txn(compare), "unknown compare");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 5, -1})
        void isRefusedAsARelation(int relation) {
            var compare = EntryProto.Compare.newBuilder()
                    .setKey(ByteString.copyFromUtf8("k"))
                    .setExists(true)
                    .setRelationValue(relation);

            assertNewer(txn(compare), "unknown relation");
        }

        @Test
        void isRefusedAsAStep() {
            assertNewer(step(EntryProto.Step.newBuilder()), "unknown step");
        }

        @Test
        void isRefusedAsARangeCompare() {
            var compare = EntryProto.RangeCompare.newBuilder().setRelation(EntryProto.Compare.Relation.EQUAL);

            assertNewer(
                    EntryProto.Entry.newBuilder()
                            .setNestedTxn(EntryProto.NestedTxn.newBuilder().addCompares(compare))
                            .build(),
                    "unknown compare");
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 7, -1})
        void isRefusedAsAWayToReadARange(int unknown) {
            assertNewer(read(reading().setContentValue(unknown)), "unknown content");
            assertNewer(read(reading().setOrderValue(unknown)), "unknown order");
            assertNewer(read(reading().setByValue(unknown)), "unknown order");
        }

        private static EntryProto.RangeRead.Builder reading() {
            return EntryProto.RangeRead.newBuilder()
                    .setContent(EntryProto.RangeRead.Content.COUNT_ONLY)
                    .setOrder(EntryProto.RangeRead.Order.AS_FOUND)
                    .setBy(EntryProto.RangeRead.By.KEY);
        }

        private static Message read(EntryProto.RangeRead.Builder read) {
            return step(EntryProto.Step.newBuilder().setRead(read));
        }

        private static Message step(EntryProto.Step.Builder step) {
            return EntryProto.Entry.newBuilder()
                    .setNestedTxn(EntryProto.NestedTxn.newBuilder().addThen(step))
                    .build();
        }

        @Test
        void isRefusedAsAFieldOfAnyMessage() {
            Set<String> messages = new HashSet<>();
            for (LogEntry example : Examples.entries().values()) {
                UnknownFields.inEachMessage(
                        CommandEncoder.entry(example.once(), example.command()), (name, changed) -> {
                            messages.add(name);
                            assertNewer(changed, "unknown field in " + name);
                        });
            }
            assertThat(messages)
                    .containsExactlyInAnyOrder(
                            "Entry",
                            "Txn",
                            "RaiseGcFloor",
                            "Barrier",
                            "RaiseClockCeiling",
                            "GrantLease",
                            "RevokeLease",
                            "ExpireLease",
                            "ReadSet",
                            "Range",
                            "Operation",
                            "Put",
                            "Delete",
                            "DeletePrefix",
                            "Get",
                            "Compare",
                            "NestedTxn",
                            "RangeCompare",
                            "Step",
                            "PutStep",
                            "DeleteStep",
                            "RangeRead",
                            "Between");
        }

        @Test
        void isRefusedAsAFieldOfAnyOutcome() {
            Set<String> messages = new HashSet<>();
            for (Outcome example : Examples.outcomes().values()) {
                UnknownFields.inEachMessage(OutcomeEncoder.outcome(example), (name, changed) -> {
                    messages.add(name);
                    assertThatThrownBy(() -> CommandCodec.decodeOutcome(changed.toByteArray()))
                            .isInstanceOf(InvariantViolation.class)
                            .hasMessageContaining("unknown field in " + name);
                });
            }
            assertThat(messages)
                    .containsExactlyInAnyOrder(
                            "OutcomeRecord",
                            "Committed",
                            "Conflict",
                            "Result",
                            "Got",
                            "KeyValueRecord",
                            "LeaseGranted",
                            "LeaseRevoked",
                            "LeaseFull",
                            "Ran",
                            "StepResult",
                            "RangeRows");
        }

        @Test
        void isRefusedAsAnOutcome() {
            assertThatThrownBy(() -> CommandCodec.decodeOutcome(new byte[0]))
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("unknown outcome");
        }
    }

    @Nested
    class WhatIsImpossible {
        @Test
        void isRefusedAsAKey() {
            assertImpossible(
                    txn(EntryProto.Operation.newBuilder()
                            .setGet(EntryProto.Get.getDefaultInstance())
                            .build()),
                    "empty_key");
            assertImpossible(
                    txn(EntryProto.Operation.newBuilder()
                            .setGet(EntryProto.Get.newBuilder()
                                    .setKey(ByteString.copyFrom(new byte[Key.MAX_BYTES + 1])))
                            .build()),
                    "key_too_large");
        }

        @Test
        void isRefusedAsARange() {
            var range = EntryProto.Range.newBuilder()
                    .setStart(ByteString.copyFromUtf8("b"))
                    .setEnd(ByteString.copyFromUtf8("a"));

            assertImpossible(
                    entry(EntryProto.Txn.newBuilder()
                            .setReads(EntryProto.ReadSet.newBuilder().addRanges(range))),
                    "range_reversed");
        }

        @Test
        void isRefusedAsANumber() {
            assertImpossible(
                    txn(EntryProto.Operation.newBuilder()
                            .setPut(EntryProto.Put.newBuilder()
                                    .setKey(ByteString.copyFromUtf8("k"))
                                    .setTtlMillis(-1))
                            .build()),
                    "time to live is negative: -1");
            assertImpossible(
                    EntryProto.Entry.newBuilder()
                            .setKeepMillis(5)
                            .setBarrier(EntryProto.Barrier.getDefaultInstance())
                            .build(),
                    "without idempotency key");
        }

        private void assertImpossible(Message message, String reason) {
            assertViolation(framed(message), reason);
        }
    }

    @Nested
    class AFingerprint {
        @Test
        void is32BytesLongAndTheSameForTheSameCommand() {
            var again = Command.Txn.of(new Operation.Put(Key.utf8("k"), Bytes.utf8("v"), 0));

            assertThat(CommandCodec.fingerprint(PUT).length()).isEqualTo(32);
            assertThat(CommandCodec.fingerprint(again)).isEqualTo(CommandCodec.fingerprint(PUT));
        }

        @Test
        void tellsCommandsApart() {
            Set<Bytes> fingerprints = new HashSet<>();
            Set<Command> commands = new HashSet<>();
            for (LogEntry example : Examples.entries().values()) {
                commands.add(example.command());
                fingerprints.add(CommandCodec.fingerprint(example.command()));
            }
            assertThat(fingerprints).hasSameSizeAs(commands);
        }
    }

    private static byte[] stamped(Once once, Command command) {
        byte[] entry = CommandCodec.encode(once, command);
        CommandCodec.stamp(entry, () -> TS);
        return entry;
    }

    private static byte[] framed(Message message) {
        byte[] body = message.toByteArray();
        return ByteBuffer.allocate(CommandCodec.HEADER_BYTES + body.length)
                .put((byte) CommandCodec.FORMAT)
                .putLong(TS.bits())
                .put(body)
                .array();
    }

    private static Message txn(EntryProto.Operation operation) {
        return entry(EntryProto.Txn.newBuilder().addThen(operation));
    }

    private static Message txn(EntryProto.Compare.Builder compare) {
        return entry(EntryProto.Txn.newBuilder().addCompares(compare));
    }

    private static Message entry(EntryProto.Txn.Builder txn) {
        return EntryProto.Entry.newBuilder().setTxn(txn).build();
    }

    private static Message withUnknownField(Message.Builder message) {
        return message.setUnknownFields(UnknownFields.ONE).build();
    }

    private static void assertNewer(Message message, String what) {
        assertViolation(framed(message), what);
        assertViolation(framed(message), "a newer version may have written it");
    }

    private static void assertViolation(byte[] entry, String message) {
        assertThatThrownBy(() -> CommandCodec.decode(entry))
                .isInstanceOf(InvariantViolation.class)
                .hasMessageContaining(message);
    }
}
