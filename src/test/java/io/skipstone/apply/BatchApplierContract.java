package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Command;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.LogEntry;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.DeletePrefix;
import io.skipstone.command.Operation.Get;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.ReadAt;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.StoreMeta;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Groups of entries, and the position they leave. */
abstract class BatchApplierContract extends ApplyContract {

    @Nested
    class ABatch {
        @Test
        void appliesItsEntriesInOrder() {
            List<Optional<Outcome>> outcomes = log.applier()
                    .apply(List.of(log.entry(put(A, ONE)), log.entry(put(A, TWO)), log.entry(put(B, ONE))));

            assertThat(outcomes.stream().map(outcome -> ((Outcome.Committed) outcome.orElseThrow()).results()))
                    .containsExactly(
                            List.of(new Result.Put(1)), List.of(new Result.Put(2)), List.of(new Result.Put(1)));
            assertThat(log.meta().revision()).isEqualTo(3);
            assertThat(log.get(A).orElseThrow().value()).isEqualTo(TWO);
        }

        @Test
        @DisplayName("standsInTheStoreTogetherWithItsPosition [ApplyMutationsRaftAt_BundlesMetaAppliedIndex]")
        void standsInTheStoreTogetherWithItsPosition() {
            log.applier().apply(List.of(log.entry(put(A, ONE)), log.entry(put(B, ONE))));

            assertThat(log.meta().applied()).contains(log.last());
            assertThat(log.queries().get(A, ReadAt.LATEST, log.lastCommitTs()).applied())
                    .contains(log.last());
        }

        @Test
        @DisplayName(
                "standsInTheStoreTogetherWithItsPositionWhenItDeletesAPrefix [DeletePrefixAtRaftAt_BundlesMetaAppliedIndex]")
        void standsInTheStoreTogetherWithItsPositionWhenItDeletesAPrefix() {
            log.append(put(A, ONE));

            log.applier().apply(List.of(log.entry(Txn.of(new DeletePrefix(Bytes.EMPTY, Bytes.EMPTY, 10)))));

            assertThat(log.meta().applied()).contains(log.last());
            assertThat(log.get(A)).isEmpty();
        }

        @Test
        void mayEndBehindItsLastEntry() {
            Committed entry = log.entry(put(A, ONE));
            Position behind = new Position(1, entry.position().index() + 3);

            log.applier().apply(List.of(entry), behind);

            assertThat(log.meta().applied()).contains(behind);
        }

        @Test
        void mustNotEndBeforeItsLastEntry() {
            Committed first = log.entry(put(A, ONE));
            Committed second = log.entry(put(B, ONE));

            assertThatThrownBy(() -> log.applier().apply(List.of(first, second), first.position()))
                    .isInstanceOf(InvariantViolation.class);
            assertThat(log.meta()).isEqualTo(StoreMeta.EMPTY);
        }

        @Test
        void isAppliedAsAWholeOrNotAtAll() {
            Committed first = log.entry(put(A, ONE));
            var sameTime = new Committed(
                    log.entry(put(B, ONE)).position(),
                    new LogEntry(first.entry().commitTs(), Once.EACH_TIME, put(B, ONE)));

            assertThatThrownBy(() -> log.applier().apply(List.of(first, sameTime)))
                    .isInstanceOf(InvariantViolation.class);
            assertThat(log.meta()).isEqualTo(StoreMeta.EMPTY);
            assertThat(log.keys()).isEmpty();
        }

        @Test
        void mayBeEmpty() {
            assertThat(log.applier().apply(List.of())).isEmpty();
            assertThat(log.meta().applied()).isEmpty();
        }

        @Test
        void leadsToTheSameWhenTheStoreRunsItTwice() {
            var twice = new BatchApplier(RunsTwice.over(log.store()));

            List<Optional<Outcome>> outcomes = twice.apply(List.of(log.entry(put(A, ONE)), log.entry(put(A, TWO))));

            assertThat(outcomes).hasSize(2);
            assertThat(log.meta().revision()).isEqualTo(2);
            assertThat(log.get(A).orElseThrow().version()).isEqualTo(2);
        }
    }

    @Nested
    class AnEntryThatTheStoreHolds {
        @Test
        @DisplayName("isLeftOutAndHasNoOutcome [AlreadyLandedAdvancesStaleAppliedIndex]")
        void isLeftOutAndHasNoOutcome() {
            Committed first = log.entry(put(A, ONE));
            log.applier().apply(List.of(first));

            List<Optional<Outcome>> outcomes = log.applier().apply(List.of(first, log.entry(put(A, TWO))));

            assertThat(outcomes.get(0)).isEmpty();
            assertThat(outcomes.get(1)).contains(committed(2, new Result.Put(2)));
        }

        @Test
        void doesNotTakeThePositionBack() {
            Committed first = log.entry(put(A, ONE));
            log.applier().apply(List.of(first));
            log.append(put(B, ONE));

            assertThat(log.applier().apply(List.of(first))).containsExactly(Optional.empty());
            assertThat(log.meta().applied()).contains(log.last());
            assertThat(log.meta().revision()).isEqualTo(2);
        }
    }

    @Nested
    class Markers {
        @Test
        void raiseThePositionAndNothingElse() {
            log.append(put(A, ONE));
            StoreMeta before = log.meta();

            log.applier().advance(new Position(2, 41));

            assertThat(log.meta().applied()).contains(new Position(2, 41));
            assertThat(log.meta().revision()).isEqualTo(before.revision());
            assertThat(log.meta().lastCommitTs()).isEqualTo(before.lastCommitTs());
        }

        @Test
        @DisplayName(
                "neverTakeThePositionBack [SetDurableAppliedIndex_Monotonic, SetDurableAppliedIndex_AdvancesOnlyForward]")
        void neverTakeThePositionBack() {
            for (int index : new int[] {50, 100, 75, 100}) {
                log.applier().advance(new Position(1, index));
            }

            assertThat(log.meta().applied()).contains(new Position(1, 100));
        }

        @Test
        void keepTheConfigurationTheyBring() {
            log.applier().configure(new Position(1, 7), Bytes.utf8("n1,n2"));
            log.applier().configure(new Position(1, 6), Bytes.utf8("old"));

            assertThat(log.meta().applied()).contains(new Position(1, 7));
            assertThat(log.meta().configuration()).isEqualTo(Bytes.utf8("n1,n2"));
        }
    }

    @Nested
    class OutsideTheLog {
        @Test
        @DisplayName("aWriteLeavesThePositionAlone [ApplyMutationsRaftAt_ZeroIndexLeavesMetaKey]")
        void aWriteLeavesThePositionAlone() {
            log.append(put(A, ONE));
            var entry = new LogEntry(log.lastCommitTs().next(), Once.EACH_TIME, Txn.of(new Put(B, TWO, 0)));

            log.store().write(WriteAt.UNLOGGED, txn -> new Applier(txn).apply(WriteAt.UNLOGGED, entry));

            assertThat(log.meta().applied()).contains(log.last());
            assertThat(log.get(B)).isPresent();
        }

        @Test
        void theStoreLearnsItsGroupOnce() {
            UUID group = new UUID(1, 2);
            log.applier().belongTo(group);
            log.applier().belongTo(group);

            assertThat(log.meta().groupId()).contains(group);
            assertThat(log.meta().applied()).isEmpty();
            assertThatThrownBy(() -> log.applier().belongTo(new UUID(3, 4))).isInstanceOf(InvariantViolation.class);
        }
    }

    @Nested
    class TheRevision {
        @Test
        void isOneMoreForEachEntryThatChangesSomething() {
            List<Command> commands = List.of(
                    put(A, ONE),
                    new Command.Barrier(),
                    Txn.of(new Get(A)),
                    Txn.of(new Delete(Key.utf8("missing"))),
                    put(B, ONE),
                    new Command.RaiseGcFloor(Timestamp.NONE),
                    new Command.RaiseClockCeiling(Timestamp.ofMillis(2_000_000)),
                    put(A, TWO));

            commands.forEach(log::append);

            assertThat(log.meta().revision()).isEqualTo(3);
            assertThat(log.changes()).extracting("revision").containsExactly(1L, 2L, 3L);
        }
    }
}
