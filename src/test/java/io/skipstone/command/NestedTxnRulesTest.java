package io.skipstone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class NestedTxnRulesTest {
    private static final Key A = Key.utf8("a");
    private static final Key B = Key.utf8("b");
    private static final Bytes VALUE = Bytes.utf8("v");
    private static final Step PUT_A = new Step.Put(A, VALUE);
    private static final Step PUT_B = new Step.Put(B, VALUE);
    private static final Step DELETE_ALL = new Step.Delete(KeyRange.ALL, false);

    @Nested
    class AKey {
        @Test
        void isWrittenOnceOnAPath() {
            assertRefused("duplicate_key", NestedTxn.of(PUT_A, PUT_A));
            assertRefused("duplicate_key", NestedTxn.of(PUT_A, DELETE_ALL));
            assertRefused("duplicate_key", NestedTxn.of(DELETE_ALL, PUT_A));
        }

        @Test
        void isWrittenOnceAcrossNestedTransactions() {
            assertRefused("duplicate_key", NestedTxn.of(PUT_A, nested(PUT_A)));
            assertRefused("duplicate_key", NestedTxn.of(nested(PUT_A), PUT_A));
            assertRefused("duplicate_key", NestedTxn.of(nested(PUT_A), nested(PUT_A)));
            assertRefused("duplicate_key", NestedTxn.of(nested(PUT_A), nested(DELETE_ALL)));
            assertRefused("duplicate_key", NestedTxn.of(DELETE_ALL, nested(nested(PUT_A))));
            assertRefused(
                    "duplicate_key",
                    NestedTxn.of(
                            PUT_A, new Step.Nested(new NestedTxn(List.of(), List.of(PUT_B), List.of(nested(PUT_A))))));
        }

        @Test
        void mayBeWrittenInBothBranches() {
            assertPasses(new NestedTxn(List.of(), List.of(PUT_A), List.of(PUT_A, PUT_B)));
            assertPasses(new NestedTxn(List.of(), List.of(PUT_A), List.of(DELETE_ALL)));
        }

        @Test
        void mayBeDeletedTwiceAndReadAlways() {
            assertPasses(NestedTxn.of(DELETE_ALL, DELETE_ALL, nested(DELETE_ALL)));
            assertPasses(NestedTxn.of(PUT_A, new Step.Read(RangeRead.of(KeyRange.ALL, 0)), PUT_B));
            assertPasses(NestedTxn.of(new Step.Delete(new KeyRange(A.bytes(), B.bytes()), true), PUT_B));
        }
    }

    @Nested
    class APut {
        @Test
        void keepsOrBringsAValueAndALease() {
            assertRefused(
                    "value_provided", NestedTxn.of(new Step.Put(A, VALUE, 0, new Step.Keeps(true, false), false)));
            assertRefused(
                    "lease_provided", NestedTxn.of(new Step.Put(A, VALUE, 1, new Step.Keeps(false, true), false)));
            assertPasses(NestedTxn.of(new Step.Put(A, Bytes.EMPTY, 1, new Step.Keeps(true, false), false)));
            assertPasses(NestedTxn.of(new Step.Put(A, VALUE, 0, new Step.Keeps(false, true), false)));
        }

        @Test
        void staysWithinTheLimitsHoweverDeepItStands() {
            var large = new Step.Put(A, Bytes.wrap(new byte[Limits.DEFAULT.valueBytes() + 1]));

            assertRefused("value_too_large", NestedTxn.of(large));
            assertRefused("value_too_large", NestedTxn.of(nested(large)));
            assertRefused("bad_lease_id", NestedTxn.of(nested(new Step.Put(A, VALUE, -1, Step.Keeps.NOTHING, false))));
        }
    }

    @Nested
    class ARange {
        @Test
        void reachesNoFurtherThanKeysDo() {
            var long_ = Bytes.wrap(new byte[Key.MAX_BYTES + 2]);

            assertRefused("range_too_large", NestedTxn.of(new Step.Delete(new KeyRange(Bytes.EMPTY, long_), false)));
            assertPasses(NestedTxn.of(new Step.Delete(new Key(Bytes.wrap(new byte[Key.MAX_BYTES])).asRange(), false)));
        }
    }

    @Nested
    class ItsSize {
        @Test
        void isSharedWithWhatIsNestedInIt() {
            List<Step> sixty = Collections.nCopies(60, DELETE_ALL);
            List<Step> most = Collections.nCopies(NestedTxnRules.MAX_STEPS, DELETE_ALL);
            var inner = new Step.Nested(new NestedTxn(List.of(), List.of(), most));

            assertPasses(new NestedTxn(List.of(), sixty, most));
            assertRefused("txn_too_large", NestedTxn.of(inner));
            assertPasses(NestedTxn.of(
                    new Step.Nested(new NestedTxn(List.of(), most.subList(0, NestedTxnRules.MAX_STEPS - 1), sixty))));
        }

        @Test
        void isReadBackAtItsDeepest() {
            NestedTxn deepest = NestedTxn.of();
            for (int i = 1; i < NestedTxnRules.MAX_DEPTH; i++) {
                deepest = NestedTxn.of(new Step.Nested(deepest));
            }
            assertPasses(deepest);
            assertRefused("txn_too_deep", NestedTxn.of(new Step.Nested(deepest)));

            byte[] entry = CommandCodec.encode(Once.EACH_TIME, deepest);

            assertThat(CommandCodec.decodeUnstamped(entry).command()).isEqualTo(deepest);
        }
    }

    private static Step nested(Step... steps) {
        return new Step.Nested(NestedTxn.of(steps));
    }

    private static void assertPasses(NestedTxn txn) {
        assertThatNoException().isThrownBy(() -> CommandRules.check(txn, Once.EACH_TIME, Limits.DEFAULT));
    }

    private static void assertRefused(String code, NestedTxn txn) {
        assertThatThrownBy(() -> CommandRules.check(txn, Once.EACH_TIME, Limits.DEFAULT))
                .isInstanceOfSatisfying(SkipstoneException.class, refused -> assertThat(refused.code())
                        .isEqualTo(code));
    }
}
