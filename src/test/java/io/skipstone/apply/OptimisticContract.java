package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.DeletePrefix;
import io.skipstone.command.Operation.Get;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Timestamp;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** An optimistic transaction commits only if nothing it read or writes has changed since its read timestamp (I-2). */
abstract class OptimisticContract extends ApplyContract {
    private static final KeyRange RANGE = KeyRange.prefix(Bytes.utf8("r/"));
    private static final Key IN_RANGE = Key.utf8("r/5");

    private Timestamp readTs = Timestamp.NONE;

    @BeforeEach
    void read() {
        log.append(Txn.of(new Put(A, ONE, 0), new Put(B, ONE, 0), new Put(IN_RANGE, ONE, 0)));
        readTs = log.lastCommitTs();
    }

    @Nested
    class AReadKey {
        @Test
        void thatChangedIsAConflict() {
            log.append(put(A, TWO));

            assertThat(log.append(reading(List.of(A), List.of()))).isEqualTo(conflict(A));
        }

        @Test
        void thatWasDeletedIsAConflict() {
            log.append(Txn.of(new Delete(A)));

            assertThat(log.append(reading(List.of(A), List.of()))).isEqualTo(conflict(A));
        }

        @Test
        void thatCameIntoBeingIsAConflict() {
            Key missing = Key.utf8("missing");
            log.append(put(missing, ONE));

            assertThat(log.append(reading(List.of(missing), List.of()))).isEqualTo(conflict(missing));
        }

        @Test
        void thatChangedAtTheReadTimestampIsNone() {
            assertThat(log.append(reading(List.of(A, B), List.of()))).isInstanceOf(Outcome.Committed.class);
        }

        @Test
        void isNamedByTheFirstOne() {
            log.append(Txn.of(new Put(A, TWO, 0), new Put(B, TWO, 0)));

            assertThat(log.append(reading(List.of(Key.utf8("calm"), B, A), List.of())))
                    .isEqualTo(conflict(B));
        }
    }

    @Nested
    class AWrittenKey {
        @Test
        void thatChangedIsAConflict() {
            log.append(put(A, TWO));

            assertThat(log.append(writing(new Put(A, ONE, 0)))).isEqualTo(conflict(A));
            assertThat(log.append(writing(new Delete(A)))).isInstanceOf(Outcome.Conflict.class);
        }

        @Test
        void isLookedAtBeforeTheReadKeys() {
            log.append(Txn.of(new Put(A, TWO, 0), new Put(B, TWO, 0)));

            Outcome outcome = log.append(new Txn(
                    List.of(),
                    List.of(new Put(B, ONE, 0)),
                    List.of(),
                    new ReadSet(readTs, List.of(A), List.of(KeyRange.ALL))));

            assertThat(outcome).isEqualTo(new Outcome.Conflict(B, changedAt(B)));
        }

        @Test
        void ofTheBranchThatDoesNotRunIsNone() {
            log.append(put(A, TWO));

            Outcome outcome = log.append(new Txn(
                    List.of(exists(B, false)),
                    List.of(new Put(A, ONE, 0)),
                    List.of(new Put(B, TWO, 0)),
                    new ReadSet(readTs, List.of(), List.of())));

            assertThat(outcome)
                    .isEqualTo(
                            new Outcome.Committed(Branch.OTHERWISE, 3, log.lastCommitTs(), List.of(new Result.Put(2))));
        }

        @Test
        void thatIsOnlyReadInTheBranchIsNone() {
            log.append(put(A, TWO));

            Outcome outcome = log.append(writing(new Get(A)));

            assertThat(got(outcome, 0).orElseThrow().value()).isEqualTo(TWO);
        }
    }

    @Nested
    class AReadRange {
        @Test
        void withAChangedKeyIsAConflict() {
            log.append(put(IN_RANGE, TWO));

            assertThat(log.append(reading(List.of(), List.of(RANGE)))).isEqualTo(conflict(IN_RANGE));
        }

        @Test
        void withANewKeyIsAConflict() {
            Key phantom = Key.utf8("r/new");
            log.append(put(phantom, ONE));

            assertThat(log.append(reading(List.of(), List.of(RANGE)))).isEqualTo(conflict(phantom));
        }

        @Test
        void withADeletedKeyIsAConflict() {
            log.append(Txn.of(new DeletePrefix(Bytes.utf8("r/"), Bytes.EMPTY, 10)));

            assertThat(log.append(reading(List.of(), List.of(RANGE)))).isEqualTo(conflict(IN_RANGE));
        }

        @Test
        void withoutAChangeIsNone() {
            log.append(put(A, TWO));

            assertThat(log.append(reading(List.of(), List.of(RANGE)))).isInstanceOf(Outcome.Committed.class);
        }

        @Test
        void overAllKeysSeesEveryChange() {
            log.append(put(B, TWO));

            assertThat(log.append(reading(List.of(), List.of(KeyRange.ALL)))).isEqualTo(conflict(B));
        }
    }

    @Nested
    class APrefixDelete {
        @Test
        void overAChangedKeyIsAConflict() {
            Key phantom = Key.utf8("r/new");
            log.append(put(phantom, ONE));

            Outcome outcome = log.append(writing(new DeletePrefix(Bytes.utf8("r/"), Bytes.EMPTY, 10)));

            assertThat(outcome).isEqualTo(conflict(phantom));
            assertThat(log.keys()).contains("r/5", "r/new");
        }

        @Test
        void thatKeepsTheChangedKeyIsNone() {
            log.append(put(Key.utf8("r/kept/1"), ONE));

            Outcome outcome = log.append(writing(new DeletePrefix(Bytes.utf8("r/"), Bytes.utf8("r/kept/"), 10)));

            assertThat(outcome).isEqualTo(committed(3, new Result.Deleted(1)));
        }

        @Test
        void seesChangesOnBothSidesOfWhatItKeeps() {
            log.append(put(Key.utf8("r/a"), ONE));
            Outcome before = log.append(writing(new DeletePrefix(Bytes.utf8("r/"), Bytes.utf8("r/b"), 10)));
            Outcome behind = log.append(writing(new DeletePrefix(Bytes.utf8("r/"), Bytes.utf8("r/Z"), 10)));

            assertThat(before).isInstanceOf(Outcome.Conflict.class);
            assertThat(behind).isInstanceOf(Outcome.Conflict.class);
        }

        @Test
        void thatKeepsEverythingIsNone() {
            log.append(put(IN_RANGE, TWO));

            Outcome outcome = log.append(writing(new DeletePrefix(Bytes.utf8("r/"), Bytes.utf8("r/"), 10)));

            assertThat(outcome).isEqualTo(committed(2, new Result.Deleted(0)));
        }

        @Test
        void seesKeysAtTheVeryEndOfItsPrefix() {
            Bytes prefix = Bytes.wrap(new byte[] {(byte) 0xFF});
            Bytes kept = Bytes.wrap(new byte[] {(byte) 0xFF, (byte) 0xFF});
            log.append(put(Key.of(new byte[] {(byte) 0xFF, (byte) 0xFE}), ONE));

            assertThat(log.append(writing(new DeletePrefix(prefix, kept, 10)))).isInstanceOf(Outcome.Conflict.class);
            assertThat(log.append(writing(new DeletePrefix(Bytes.EMPTY, prefix, 10))))
                    .isInstanceOf(Outcome.Committed.class);
        }
    }

    @Nested
    class AConflict {
        @Test
        void changesNothing() {
            log.append(put(A, TWO));

            log.append(writing(new Put(B, TWO, 0), new Put(A, ONE, 0)));

            assertThat(log.get(A).orElseThrow().value()).isEqualTo(TWO);
            assertThat(log.get(B).orElseThrow().value()).isEqualTo(ONE);
            assertThat(log.meta().revision()).isEqualTo(2);
        }

        @Test
        @DisplayName("advancesTheIndexEvenWhenTheWriteConflicts [AlreadyLandedFastPathDoesNotHideConflict]")
        void advancesTheIndexEvenWhenTheWriteConflicts() {
            log.append(put(A, TWO));

            Outcome outcome = log.append(writing(new Put(A, ONE, 0)));

            assertThat(outcome).isInstanceOf(Outcome.Conflict.class);
            assertThat(log.meta().applied()).contains(log.last());
        }

        @Test
        void isAVersionOfTheSameBatchToo() {
            var first = log.entry(put(A, TWO));
            var second = log.entry(writing(new Put(A, ONE, 0)));

            var outcomes = log.applier().apply(List.of(first, second));

            assertThat(outcomes.get(1))
                    .contains(new Outcome.Conflict(A, first.entry().commitTs()));
        }
    }

    @Nested
    class BelowTheGcFloor {
        @Test
        void conflictsCanNoLongerBeTold() {
            log.append(put(B, TWO));
            log.append(new Command.RaiseGcFloor(log.lastCommitTs()));

            Outcome outcome = log.append(writing(new Put(A, TWO, 0)));

            assertThat(outcome).isEqualTo(new Outcome.BelowGcFloor(log.meta().gcFloor()));
            assertThat(log.get(A).orElseThrow().value()).isEqualTo(ONE);
            assertThat(log.meta().applied()).contains(log.last());
        }

        @Test
        void startsBelowTheFloorItself() {
            log.append(new Command.RaiseGcFloor(readTs));

            assertThat(log.append(writing(new Put(A, TWO, 0)))).isInstanceOf(Outcome.Committed.class);
        }

        @Test
        void isOfNoConcernWithoutAReadTimestamp() {
            log.append(new Command.RaiseGcFloor(Timestamp.MAX));

            assertThat(log.append(put(A, TWO))).isInstanceOf(Outcome.Committed.class);
        }
    }

    private Outcome conflict(Key key) {
        return new Outcome.Conflict(key, changedAt(key));
    }

    private Timestamp changedAt(Key key) {
        return log.queries().latestCommit(key, Timestamp.NONE).value().orElseThrow();
    }

    private Txn reading(List<Key> keys, List<KeyRange> ranges) {
        return new Txn(List.of(), List.of(), List.of(), new ReadSet(readTs, keys, ranges));
    }

    private Txn writing(Operation... operations) {
        return new Txn(List.of(), List.of(operations), List.of(), new ReadSet(readTs, List.of(), List.of()));
    }
}
