package io.skipstone.command;

import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.DeletePrefix;
import io.skipstone.command.Operation.Get;
import io.skipstone.command.Operation.Put;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.TooLarge;
import io.skipstone.model.Timestamp;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CommandRulesTest {
    private static final Limits LIMITS = Limits.DEFAULT;
    private static final Key KEY = Key.utf8("secret");
    private static final Bytes VALUE = Bytes.utf8("v");

    @Nested
    class AValue {
        @Test
        void mayBeEmptyAndAsLongAsTheLimit() {
            assertPasses(Txn.of(new Put(KEY, Bytes.EMPTY, 0)));
            assertPasses(Txn.of(new Put(KEY, bytes(LIMITS.valueBytes()), 0)));
        }

        @Test
        void mustNotBeLonger() {
            Bytes tooLong = bytes(LIMITS.valueBytes() + 1);

            assertTooLarge(Txn.of(new Put(KEY, tooLong, 0)), "value_too_large", "1048577 bytes, the limit is 1048576");
            assertTooLarge(compares(new Target.Value(tooLong)), "value_too_large", "1048577");
            assertTooLarge(otherwise(new Put(KEY, tooLong, 0)), "value_too_large", "1048577");
        }
    }

    @Nested
    class ATimeToLive {
        @ParameterizedTest
        @ValueSource(longs = {0, 1, Limits.MAX_TTL_MILLIS})
        void mayBeForEverOrUpToAHundredYears(long ttlMillis) {
            assertPasses(Txn.of(new Put(KEY, VALUE, ttlMillis)));
        }

        @ParameterizedTest
        @ValueSource(longs = {-1, Long.MIN_VALUE, Limits.MAX_TTL_MILLIS + 1, Long.MAX_VALUE})
        void mustNotBeNegativeOrLonger(long ttlMillis) {
            assertBad(Txn.of(new Put(KEY, VALUE, ttlMillis)), "ttl_out_of_range", "is " + ttlMillis + " ms");
        }
    }

    @Nested
    class ATransaction {
        @Test
        void mayHaveAsManyOperationsAsTheLimitInEachBranch() {
            List<Operation> full = puts(LIMITS.txnOperations());

            assertPasses(new Txn(List.of(exists(Relation.EQUAL, true)), full, full, ReadSet.NONE));
        }

        @Test
        void mustNotHaveMore() {
            List<Operation> tooMany = puts(LIMITS.txnOperations() + 1);

            assertTooLarge(new Txn(List.of(), tooMany, List.of(), ReadSet.NONE), "txn_too_large", "1025 operations");
            assertTooLarge(new Txn(List.of(), List.of(), tooMany, ReadSet.NONE), "txn_too_large", "the limit is 1024");
        }

        @Test
        void mustNotHaveMoreCompares() {
            List<Compare> tooMany = Collections.nCopies(LIMITS.txnOperations() + 1, exists(Relation.EQUAL, true));

            assertTooLarge(new Txn(tooMany, puts(1), List.of(), ReadSet.NONE), "txn_too_large", "1025 compares");
        }

        @Test
        void mustNotBeEmpty() {
            assertBad(new Txn(List.of(), List.of(), List.of(), ReadSet.NONE), "empty_txn", "at least one operation");
        }

        @Test
        void mayOnlyCompareOrOnlyValidateItsReads() {
            assertPasses(new Txn(List.of(exists(Relation.EQUAL, true)), List.of(), List.of(), ReadSet.NONE));
            assertPasses(new Txn(List.of(), List.of(), List.of(), new ReadSet(ts(5), List.of(KEY), List.of())));
        }

        @Test
        void mustNotWriteAKeyTwiceInOneBranch() {
            assertBad(Txn.of(new Put(KEY, VALUE, 0), new Put(KEY, VALUE, 0)), "duplicate_key", "6 bytes");
            assertBad(Txn.of(new Put(KEY, VALUE, 0), new Get(KEY), new Delete(KEY)), "duplicate_key", "twice");
            assertBad(otherwise(new Delete(KEY), new Delete(KEY)), "duplicate_key", "twice");
        }

        @Test
        void mayWriteAKeyInBothBranchesAndReadItTwice() {
            assertPasses(new Txn(List.of(), puts(1), puts(1), ReadSet.NONE));
            assertPasses(Txn.of(new Get(KEY), new Put(KEY, VALUE, 0), new Get(KEY)));
        }
    }

    @Nested
    class AReadSet {
        @Test
        void needsATimestamp() {
            var keysOnly = new ReadSet(Timestamp.NONE, List.of(KEY), List.of());
            var rangesOnly = new ReadSet(Timestamp.NONE, List.of(), List.of(KeyRange.ALL));

            assertBad(reading(keysOnly), "read_set_without_timestamp", "1 keys and ranges");
            assertBad(reading(rangesOnly), "read_set_without_timestamp", "send the one");
        }

        @Test
        void mayBeEmptyWithATimestamp() {
            assertPasses(reading(new ReadSet(ts(5), List.of(), List.of())));
        }

        @Test
        void isLimited() {
            List<Key> full = Collections.nCopies(LIMITS.txnReads(), KEY);

            assertPasses(reading(new ReadSet(ts(5), full, List.of())));
            assertTooLarge(reading(new ReadSet(ts(5), full, List.of(KeyRange.ALL))), "txn_too_large", "10001");
        }

        @Test
        void mustNotHaveBeenReadInTheFuture() {
            Command command = reading(new ReadSet(ts(5), List.of(KEY), List.of()));

            assertThatNoException().isThrownBy(() -> CommandRules.checkReadTimestamp(command, ts(5)));
            assertThatThrownBy(() -> CommandRules.checkReadTimestamp(command, ts(4)))
                    .isInstanceOf(BadRequest.class)
                    .extracting("code")
                    .isEqualTo("read_timestamp_in_future");
        }

        private Txn reading(ReadSet reads) {
            return new Txn(List.of(), puts(1), List.of(), reads);
        }
    }

    @Nested
    class APrefixDelete {
        private static final Bytes PREFIX = Bytes.utf8("secret/");

        @Test
        void mayKeepALongerPrefix() {
            assertPasses(Txn.of(new DeletePrefix(PREFIX, Bytes.utf8("secret/kept/"), 10)));
            assertPasses(Txn.of(new DeletePrefix(Bytes.EMPTY, PREFIX, 10)));
            assertPasses(Txn.of(new DeletePrefix(PREFIX, Bytes.EMPTY, LIMITS.prefixDeleteKeys())));
        }

        @Test
        void mustNotKeepWhatItDoesNotCover() {
            assertBad(
                    Txn.of(new DeletePrefix(PREFIX, Bytes.utf8("secret"), 10)),
                    "exclude_outside_prefix",
                    "(6 bytes) does not start with the prefix to delete (7 bytes)");
        }

        @Test
        void standsAloneInItsBranch() {
            var delete = new DeletePrefix(PREFIX, Bytes.EMPTY, 10);

            assertBad(Txn.of(new Put(KEY, VALUE, 0), delete), "mixed_prefix_delete", "among 2 operations");
            assertBad(Txn.of(delete, delete), "mixed_prefix_delete", "only one");
            assertBad(otherwise(new Get(KEY), delete), "mixed_prefix_delete", "only one");
            assertPasses(new Txn(List.of(), puts(2), List.of(delete), ReadSet.NONE));
        }

        @ParameterizedTest
        @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, 1_000_001})
        void hasALimitWithinTheLimit(int maxKeys) {
            assertBad(
                    Txn.of(new DeletePrefix(PREFIX, Bytes.EMPTY, maxKeys)),
                    "prefix_delete_limit",
                    "must be 1 to 1000000");
        }

        @Test
        void hasAPrefixNotLongerThanAnyKey() {
            assertTooLarge(
                    Txn.of(new DeletePrefix(bytes(Key.MAX_BYTES + 1), Bytes.EMPTY, 10)), "prefix_too_large", "65537");
        }
    }

    @Nested
    class ACompare {
        @ParameterizedTest
        @EnumSource(
                names = {"LESS", "GREATER"},
                mode = Mode.INCLUDE)
        void doesNotOrderExistence(Relation relation) {
            assertBad(
                    compares(exists(relation, true)), "exists_not_ordered", "EQUAL or NOT_EQUAL, not with " + relation);
        }

        @ParameterizedTest
        @MethodSource("io.skipstone.command.CommandRulesTest#negativeTargets")
        void hasNoNegativeTarget(Target target) {
            assertBad(compares(target), "negative_target", "-1; they start at 0");
        }

        @ParameterizedTest
        @MethodSource("io.skipstone.command.CommandRulesTest#contradictions")
        void mustNotContradictAnother(List<Compare> compares) {
            assertBad(compares(compares.toArray(Compare[]::new)), "contradictory_conditions", "6 bytes");
        }

        @ParameterizedTest
        @MethodSource("io.skipstone.command.CommandRulesTest#compatible")
        void mayNarrowAnother(List<Compare> compares) {
            assertPasses(compares(compares.toArray(Compare[]::new)));
        }

        @Test
        void doesNotContradictOneOnAnotherKey() {
            assertPasses(compares(
                    exists(Relation.EQUAL, true),
                    new Compare(Key.utf8("other"), Relation.EQUAL, new Target.Exists(false))));
        }
    }

    @Nested
    class AnIdempotencyKey {
        @ParameterizedTest
        @ValueSource(ints = {1, 255})
        void hasOneTo255Bytes(int length) {
            assertThatNoException().isThrownBy(() -> check(new Once.ByKey(bytes(length), 1000)));
        }

        @ParameterizedTest
        @ValueSource(ints = {0, 256})
        void hasNoOtherLength(int length) {
            assertThatThrownBy(() -> check(new Once.ByKey(bytes(length), 1000)))
                    .isInstanceOf(BadRequest.class)
                    .hasMessageContaining("has " + length + " bytes")
                    .extracting("code")
                    .isEqualTo("idempotency_key_length");
        }

        @ParameterizedTest
        @ValueSource(longs = {Long.MIN_VALUE, 0, CommandRules.MAX_KEEP_MILLIS + 1})
        void isKeptForOneMillisecondToThirtyDays(long keepMillis) {
            assertThatThrownBy(() -> check(new Once.ByKey(bytes(1), keepMillis)))
                    .isInstanceOf(BadRequest.class)
                    .extracting("code")
                    .isEqualTo("keep_out_of_range");
        }

        @Test
        void mayStandOnEveryCommand() {
            assertThatNoException()
                    .isThrownBy(() -> CommandRules.check(
                            new Command.Barrier(), new Once.ByKey(bytes(1), CommandRules.MAX_KEEP_MILLIS), LIMITS));
        }

        private void check(Once once) {
            CommandRules.check(Txn.of(new Put(KEY, VALUE, 0)), once, LIMITS);
        }
    }

    @Nested
    class AClockCeiling {
        @ParameterizedTest
        @ValueSource(longs = {0, Long.MAX_VALUE})
        void mustLeaveTimestampsBelowAndAbove(long ceiling) {
            assertThatThrownBy(() -> CommandRules.check(
                            new Command.RaiseClockCeiling(new Timestamp(ceiling)), Once.EACH_TIME, LIMITS))
                    .isInstanceOf(BadRequest.class)
                    .extracting("code")
                    .isEqualTo("clock_ceiling_out_of_range");
        }
    }

    @Nested
    class AnEncodedEntry {
        @Test
        void mayBeAsLongAsTheLimit() {
            assertThatNoException().isThrownBy(() -> CommandRules.checkEncoded(LIMITS.entryBytes(), LIMITS));
        }

        @Test
        void mustNotBeLonger() {
            assertThatThrownBy(() -> CommandRules.checkEncoded(LIMITS.entryBytes() + 1, LIMITS))
                    .isInstanceOf(TooLarge.class)
                    .hasMessageContaining("4194305 bytes in the log, the limit is 4194304")
                    .extracting("code")
                    .isEqualTo("entry_too_large");
        }
    }

    static Stream<Target> negativeTargets() {
        return Stream.of(new Target.Version(-1), new Target.CreateRevision(-1), new Target.ModRevision(-1));
    }

    static Stream<List<Compare>> contradictions() {
        return Stream.of(
                List.of(exists(Relation.EQUAL, true), exists(Relation.EQUAL, false)),
                List.of(exists(Relation.EQUAL, true), exists(Relation.NOT_EQUAL, true)),
                List.of(exists(Relation.EQUAL, false), version(Relation.EQUAL, 3)),
                List.of(exists(Relation.EQUAL, false), version(Relation.GREATER, 0)),
                List.of(exists(Relation.EQUAL, true), version(Relation.EQUAL, 0)),
                List.of(exists(Relation.EQUAL, false), value(Relation.EQUAL, "a")),
                List.of(exists(Relation.EQUAL, false), value(Relation.LESS, "a")),
                List.of(version(Relation.EQUAL, 2), version(Relation.EQUAL, 3)),
                List.of(version(Relation.EQUAL, 2), version(Relation.NOT_EQUAL, 2)),
                List.of(version(Relation.GREATER, 2), version(Relation.LESS, 3)),
                List.of(
                        version(Relation.GREATER, 2),
                        version(Relation.LESS, 5),
                        version(Relation.NOT_EQUAL, 3),
                        version(Relation.NOT_EQUAL, 4)),
                List.of(version(Relation.LESS, 0)),
                List.of(version(Relation.EQUAL, 0), modRevision(Relation.GREATER, 7)),
                List.of(value(Relation.EQUAL, "a"), value(Relation.EQUAL, "b")),
                List.of(value(Relation.EQUAL, "a"), value(Relation.NOT_EQUAL, "a")),
                List.of(value(Relation.GREATER, "b"), value(Relation.LESS, "a")),
                List.of(value(Relation.GREATER, "a"), value(Relation.LESS, "a\0")),
                List.of(value(Relation.LESS, "")));
    }

    static Stream<List<Compare>> compatible() {
        return Stream.of(
                List.of(exists(Relation.EQUAL, true), version(Relation.GREATER, 0)),
                List.of(exists(Relation.EQUAL, false), version(Relation.EQUAL, 0), modRevision(Relation.LESS, 7)),
                List.of(exists(Relation.EQUAL, false), value(Relation.NOT_EQUAL, "a")),
                List.of(exists(Relation.NOT_EQUAL, false), value(Relation.NOT_EQUAL, "a")),
                List.of(version(Relation.GREATER, 2), version(Relation.LESS, 4)),
                List.of(version(Relation.NOT_EQUAL, 0), version(Relation.NOT_EQUAL, 1)),
                List.of(version(Relation.GREATER, Long.MAX_VALUE - 2)),
                List.of(version(Relation.EQUAL, Long.MAX_VALUE)),
                List.of(value(Relation.GREATER, "a"), value(Relation.LESS, "b"), version(Relation.EQUAL, 9)),
                List.of(value(Relation.EQUAL, "a"), value(Relation.EQUAL, "a"), value(Relation.NOT_EQUAL, "b")));
    }

    private static Compare exists(Relation relation, boolean exists) {
        return new Compare(KEY, relation, new Target.Exists(exists));
    }

    private static Compare version(Relation relation, long version) {
        return new Compare(KEY, relation, new Target.Version(version));
    }

    private static Compare modRevision(Relation relation, long revision) {
        return new Compare(KEY, relation, new Target.ModRevision(revision));
    }

    private static Compare value(Relation relation, String value) {
        return new Compare(KEY, relation, new Target.Value(Bytes.utf8(value)));
    }

    private static Txn compares(Target target) {
        return compares(new Compare(KEY, Relation.EQUAL, target));
    }

    private static Txn compares(Compare... compares) {
        return new Txn(List.of(compares), puts(1), List.of(), ReadSet.NONE);
    }

    private static Txn otherwise(Operation... operations) {
        return new Txn(List.of(), List.of(), List.of(operations), ReadSet.NONE);
    }

    private static List<Operation> puts(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> (Operation) new Put(Key.utf8("k" + i), VALUE, 0))
                .toList();
    }

    private static Bytes bytes(int length) {
        return Bytes.wrap(new byte[length]);
    }

    private static Timestamp ts(long millis) {
        return Timestamp.ofMillis(millis);
    }

    private static void assertPasses(Command command) {
        assertThatNoException().isThrownBy(() -> CommandRules.check(command, Once.EACH_TIME, LIMITS));
    }

    private static void assertBad(Command command, String code, String message) {
        assertRefused(command, BadRequest.class, code, message);
    }

    private static void assertTooLarge(Command command, String code, String message) {
        assertRefused(command, TooLarge.class, code, message);
    }

    private static void assertRefused(
            Command command, Class<? extends SkipstoneException> type, String code, String message) {
        assertThatThrownBy(() -> CommandRules.check(command, Once.EACH_TIME, LIMITS))
                .isInstanceOf(type)
                .hasMessageContaining(message)
                .hasMessageNotContaining("secret")
                .extracting("code")
                .isEqualTo(code);
    }
}
