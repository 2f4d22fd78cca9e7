package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Command;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.DeletePrefix;
import io.skipstone.command.Operation.Get;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Branch;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.Timestamp;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What an applied entry does, on every implementation of the store. */
abstract class ApplierContract extends ApplyContract {
    @Nested
    class ALargeResult {
        private final Bytes large = Bytes.wrap(new byte[1 << 20]);

        @BeforeEach
        void write() {
            log.append(put(A, large));
        }

        @Test
        void isRefusedBeforeAnythingIsWritten() {
            Outcome outcome = log.append(Txn.of(new Put(B, ONE, 0), new Get(A), new Get(A), new Get(A)));

            assertThat(outcome).isEqualTo(new Outcome.ResultTooLarge(Limits.TXN_RESULT_BYTES));
            assertThat(log.get(B)).isEmpty();
            assertThat(log.meta().revision()).isEqualTo(1);
            assertThat(log.meta().applied()).contains(log.last());
        }

        @Test
        void countsWhatTheTransactionItselfHasWritten() {
            Outcome shrunk = log.append(Txn.of(new Put(A, ONE, 0), new Get(A), new Get(A), new Get(A)));
            Outcome grown = log.append(Txn.of(new Put(A, large, 0), new Get(A), new Get(A), new Get(A)));

            assertThat(shrunk).isInstanceOf(Outcome.Committed.class);
            assertThat(grown).isInstanceOf(Outcome.ResultTooLarge.class);
        }

        @Test
        void runsWhileItFits() {
            assertThat(log.append(Txn.of(new Get(A), new Get(A)))).isInstanceOf(Outcome.Committed.class);
        }
    }

    @Nested
    class APut {
        @Test
        void takesTheNextRevisionAndTheEntrysTimestamp() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(put(B, TWO));

            assertThat(outcome).isEqualTo(committed(2, new Result.Put(1)));
            assertThat(log.get(B)).contains(new KeyValue(B, TWO, 2, 2, 1, log.lastCommitTs(), Timestamp.NONE));
        }

        @Test
        void countsTheVersionsOfItsKey() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(put(A, TWO));

            assertThat(outcome).isEqualTo(committed(2, new Result.Put(2)));
            assertThat(log.get(A)).contains(new KeyValue(A, TWO, 1, 2, 2, log.lastCommitTs(), Timestamp.NONE));
        }

        @Test
        void startsAgainAfterADelete() {
            log.append(put(A, ONE));
            log.append(Txn.of(new Delete(A)));

            Outcome outcome = log.append(put(A, TWO));

            assertThat(outcome).isEqualTo(committed(3, new Result.Put(1)));
            assertThat(log.get(A)).contains(new KeyValue(A, TWO, 3, 3, 1, log.lastCommitTs(), Timestamp.NONE));
        }

        @Test
        void startsAgainAfterTheOldValueExpired() {
            log.append(Txn.of(new Put(A, ONE, 100)));
            log.tick(100);

            Outcome outcome = log.append(put(A, TWO));

            assertThat(outcome).isEqualTo(committed(2, new Result.Put(1)));
            assertThat(log.get(A).orElseThrow().createRevision()).isEqualTo(2);
        }
    }

    @Nested
    class ATimeToLive {
        @Test
        void endsThatLongAfterTheCommit() {
            log.append(Txn.of(new Put(A, ONE, 100)));
            Timestamp end = log.lastCommitTs().plusMillis(100);

            assertThat(log.get(A).orElseThrow().expiresAt()).isEqualTo(end);
            assertThat(log.get(A, new Timestamp(end.bits() - 1))).isPresent();
            assertThat(log.get(A, end)).isEmpty();
        }

        @Test
        void isSeenByTheTransactionThatSetsIt() {
            Outcome outcome = log.append(Txn.of(new Put(A, ONE, 1), new Get(A)));

            assertThat(got(outcome, 1)).isPresent();
        }

        @Test
        void isOverForAnEntryAtItsEnd() {
            log.append(Txn.of(new Put(A, ONE, 100)));
            log.tick(99);
            Outcome before = log.append(Txn.of(new Get(A)));
            log.tick(1);
            Outcome atTheEnd = log.append(Txn.of(new Get(A)));

            assertThat(got(before, 0)).isPresent();
            assertThat(got(atTheEnd, 0)).isEmpty();
        }

        @Test
        void isNotDeletedOnceItIsOver() {
            log.append(Txn.of(new Put(A, ONE, 100)));
            log.tick(100);

            assertThat(log.append(Txn.of(new Delete(A)))).isEqualTo(committed(1, new Result.Deleted(0)));
        }
    }

    @Nested
    class ADelete {
        @Test
        void removesAKeyAndCountsIt() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(Txn.of(new Delete(A)));

            assertThat(outcome).isEqualTo(committed(2, new Result.Deleted(1)));
            assertThat(log.get(A)).isEmpty();
        }

        @Test
        void takesNoRevisionWhenTheKeyIsMissing() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(Txn.of(new Delete(B)));

            assertThat(outcome).isEqualTo(committed(1, new Result.Deleted(0)));
            assertThat(log.append(put(B, ONE))).isEqualTo(committed(2, new Result.Put(1)));
        }
    }

    @Nested
    class APrefixDelete {
        private static final Bytes PREFIX = Bytes.utf8("p/");

        @BeforeEach
        void fill() {
            log.append(Txn.of(
                    new Put(Key.utf8("p"), ONE, 0),
                    new Put(Key.utf8("p/1"), ONE, 0),
                    new Put(Key.utf8("p/keep/1"), ONE, 0),
                    new Put(Key.utf8("p/keep/2"), ONE, 0),
                    new Put(Key.utf8("p/z"), ONE, 0),
                    new Put(Key.utf8("p0"), ONE, 0)));
        }

        @Test
        void removesWhatStartsWithThePrefix() {
            Outcome outcome = log.append(Txn.of(new DeletePrefix(PREFIX, Bytes.EMPTY, 10)));

            assertThat(outcome).isEqualTo(committed(2, new Result.Deleted(4)));
            assertThat(log.keys()).containsExactly("p", "p0");
        }

        @Test
        void keepsTheExcludedPrefix() {
            Outcome outcome = log.append(Txn.of(new DeletePrefix(PREFIX, Bytes.utf8("p/keep/"), 10)));

            assertThat(outcome).isEqualTo(committed(2, new Result.Deleted(2)));
            assertThat(log.keys()).containsExactly("p", "p/keep/1", "p/keep/2", "p0");
        }

        @Test
        void removesEverythingWithAnEmptyPrefix() {
            Outcome outcome = log.append(Txn.of(new DeletePrefix(Bytes.EMPTY, Bytes.EMPTY, 10)));

            assertThat(outcome).isEqualTo(committed(2, new Result.Deleted(6)));
            assertThat(log.keys()).isEmpty();
        }

        @Test
        void removesNothingWhenItWouldRemoveMoreThanItsLimit() {
            Outcome outcome = log.append(Txn.of(new DeletePrefix(PREFIX, Bytes.EMPTY, 3)));

            assertThat(outcome).isEqualTo(new Outcome.TooManyKeys(3));
            assertThat(log.keys()).hasSize(6);
            assertThat(log.meta().revision()).isEqualTo(1);
            assertThat(log.meta().applied()).contains(log.last());
        }

        /** The original's seed test 5, DeletePrefixAtRaftAt_BundlesMetaAppliedIndex. */
        @Test
        void standsInTheStoreTogetherWithItsPosition() {
            log.append(Txn.of(new DeletePrefix(PREFIX, Bytes.EMPTY, 10)));

            assertThat(log.meta().applied()).contains(log.last());
            assertThat(log.keys()).containsExactly("p", "p0");
        }

        @Test
        void advancesTheIndexWhenThereIsNothingToDelete() {
            Outcome outcome = log.append(Txn.of(new DeletePrefix(Bytes.utf8("q/"), Bytes.EMPTY, 10)));

            assertThat(outcome).isEqualTo(committed(1, new Result.Deleted(0)));
            assertThat(log.meta().applied()).contains(log.last());
        }

        @Test
        void leavesOutWhatIsDeletedOrExpiredAlready() {
            log.append(Txn.of(new Delete(Key.utf8("p/1")), new Put(Key.utf8("p/z"), TWO, 10)));
            log.tick(10);

            Outcome outcome = log.append(Txn.of(new DeletePrefix(PREFIX, Bytes.EMPTY, 10)));

            assertThat(outcome).isEqualTo(committed(3, new Result.Deleted(2)));
        }
    }

    @Nested
    class ATransaction {
        @Test
        void readsItsOwnEarlierWrites() {
            log.append(put(A, ONE));

            Outcome outcome =
                    log.append(Txn.of(new Get(A), new Put(A, TWO, 0), new Get(A), new Put(B, ONE, 0), new Get(B)));

            assertThat(got(outcome, 0).orElseThrow().value()).isEqualTo(ONE);
            assertThat(got(outcome, 2).orElseThrow().value()).isEqualTo(TWO);
            assertThat(got(outcome, 4).orElseThrow().createRevision()).isEqualTo(2);
        }

        @Test
        void doesNotReadWhatItDeleted() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(Txn.of(new Delete(A), new Get(A)));

            assertThat(got(outcome, 1)).isEmpty();
        }

        @Test
        void takesOneRevisionForAllItsWrites() {
            Outcome outcome = log.append(Txn.of(new Put(A, ONE, 0), new Put(B, ONE, 0)));

            assertThat(outcome).isEqualTo(committed(1, new Result.Put(1), new Result.Put(1)));
            assertThat(log.changes()).hasSize(1).first().satisfies(change -> assertThat(change.keys())
                    .containsExactly(A, B));
        }

        @Test
        void takesNoRevisionWhenItOnlyReads() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(Txn.of(new Get(A)));

            assertThat(((Outcome.Committed) outcome).revision()).isEqualTo(1);
            assertThat(log.meta().revision()).isEqualTo(1);
        }

        @Test
        void runsTheOtherBranchWhenACompareFails() {
            Outcome outcome = log.append(new Txn(
                    List.of(exists(A, true)), List.of(new Put(A, ONE, 0)), List.of(new Put(B, TWO, 0)), ReadSet.NONE));

            assertThat(outcome)
                    .isEqualTo(
                            new Outcome.Committed(Branch.OTHERWISE, 1, log.lastCommitTs(), List.of(new Result.Put(1))));
            assertThat(log.keys()).containsExactly("b");
        }

        @Test
        void needsAllItsComparesToHold() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(new Txn(
                    List.of(exists(A, true), exists(B, true)), List.of(new Put(B, ONE, 0)), List.of(), ReadSet.NONE));

            assertThat(outcome).isEqualTo(new Outcome.Committed(Branch.OTHERWISE, 1, log.lastCommitTs(), List.of()));
        }
    }

    @Nested
    class TheGcFloor {
        @Test
        void risesToWhereItIsAsked() {
            log.append(put(A, ONE));
            Timestamp asked = log.lastCommitTs();

            Outcome outcome = log.append(new Command.RaiseGcFloor(asked));

            assertThat(outcome).isEqualTo(new Outcome.FloorRaised(asked));
            assertThat(log.meta().gcFloor()).isEqualTo(asked);
            assertThat(log.meta().revision()).isEqualTo(1);
        }

        @Test
        void neverRisesAboveTheEntryThatRaisesIt() {
            Outcome outcome = log.append(new Command.RaiseGcFloor(Timestamp.MAX));

            assertThat(outcome).isEqualTo(new Outcome.FloorRaised(log.lastCommitTs()));
            assertThat(log.queries().get(A, ReadAt.LATEST, log.lastCommitTs()).value())
                    .isEmpty();
        }

        @Test
        void neverGoesBack() {
            log.append(put(A, ONE));
            Timestamp high = log.lastCommitTs();
            log.append(new Command.RaiseGcFloor(high));

            Outcome outcome = log.append(new Command.RaiseGcFloor(new Timestamp(1)));

            assertThat(outcome).isEqualTo(new Outcome.FloorRaised(high));
        }
    }

    @Nested
    class TheClockCeiling {
        @Test
        void risesToWhereItIsAskedAndChangesNothingElse() {
            log.append(put(A, ONE));
            Timestamp asked = log.lastCommitTs().plusMillis(3_000);

            Outcome outcome = log.append(new Command.RaiseClockCeiling(asked));

            assertThat(outcome).isEqualTo(new Outcome.CeilingRaised(asked));
            assertThat(log.meta().hlcCeiling()).isEqualTo(asked);
            assertThat(log.meta().revision()).isEqualTo(1);
            assertThat(log.meta().applied()).contains(log.last());
        }

        @Test
        void neverGoesBack() {
            Timestamp high = Timestamp.ofMillis(2_000_000);
            log.append(new Command.RaiseClockCeiling(high));

            Outcome outcome = log.append(new Command.RaiseClockCeiling(Timestamp.ofMillis(1_900_000)));

            assertThat(outcome).isEqualTo(new Outcome.CeilingRaised(high));
            assertThat(log.meta().hlcCeiling()).isEqualTo(high);
        }
    }

    @Nested
    class ABarrier {
        @Test
        void changesNothingButTheIndex() {
            log.append(put(A, ONE));

            Outcome outcome = log.append(new Command.Barrier());

            assertThat(outcome).isEqualTo(new Outcome.BarrierPassed(log.lastCommitTs()));
            assertThat(log.meta().revision()).isEqualTo(1);
            assertThat(log.meta().applied()).contains(log.last());
        }
    }

    @Nested
    class Order {
        @Test
        void isStrictForCommitTimestamps() {
            log.append(put(A, ONE));

            assertThatThrownBy(() -> log.appendAt(log.lastCommitTs(), put(B, ONE)))
                    .isInstanceOf(InvariantViolation.class);
            assertThat(log.keys()).containsExactly("a");
        }
    }
}
