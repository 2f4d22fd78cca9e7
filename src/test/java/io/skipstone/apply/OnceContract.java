package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.DeletePrefix;
import io.skipstone.command.Operation.Get;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Result;
import io.skipstone.model.Bytes;
import io.skipstone.model.Timestamp;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A repeated request that carries the same idempotency key takes effect once (P9). */
abstract class OnceContract extends ApplyContract {
    private static final long KEEP_MILLIS = 100;

    @Nested
    class ARepetition {
        @Test
        void hasTheFirstOutcomeAndChangesNothing() {
            Outcome first = log.appendOnce("key", KEEP_MILLIS, put(A, ONE));
            log.append(put(A, TWO));

            Outcome second = log.appendOnce("key", KEEP_MILLIS, put(A, ONE));

            assertThat(second).isEqualTo(first);
            assertThat(log.get(A).orElseThrow().value()).isEqualTo(TWO);
            assertThat(log.meta().revision()).isEqualTo(2);
        }

        @Test
        void advancesTheIndex() {
            log.appendOnce("key", KEEP_MILLIS, put(A, ONE));
            log.appendOnce("key", KEEP_MILLIS, put(A, ONE));

            assertThat(log.meta().applied()).contains(log.last());
        }

        @Test
        void returnsWhatTheFirstOneRead() {
            log.append(put(A, ONE));
            Command command = Txn.of(new Get(A), new Put(A, TWO, 0));
            Outcome first = log.appendOnce("key", KEEP_MILLIS, command);

            Outcome second = log.appendOnce("key", KEEP_MILLIS, command);

            assertThat(second).isEqualTo(first);
            assertThat(got(second, 0).orElseThrow().value()).isEqualTo(ONE);
        }

        @Test
        void inTheSameBatchIsOneToo() {
            var first = log.entryOnce("key", KEEP_MILLIS, put(A, ONE));
            var second = log.entryOnce("key", KEEP_MILLIS, put(A, ONE));

            var outcomes = log.applier().apply(List.of(first, second));

            assertThat(outcomes.get(1)).isEqualTo(outcomes.get(0));
            assertThat(log.meta().revision()).isEqualTo(1);
        }

        @Test
        void ofARefusalIsRefusedEvenIfItCouldRunNow() {
            log.append(Txn.of(new Put(A, ONE, 0), new Put(B, ONE, 0)));
            Command command = Txn.of(new DeletePrefix(Bytes.EMPTY, Bytes.EMPTY, 1));
            Outcome first = log.appendOnce("key", KEEP_MILLIS, command);
            log.append(Txn.of(new Delete(A)));

            Outcome second = log.appendOnce("key", KEEP_MILLIS, command);

            assertThat(first).isEqualTo(new Outcome.TooManyKeys(1));
            assertThat(second).isEqualTo(first);
            assertThat(log.keys()).containsExactly("b");
        }

        @Test
        void withAnotherKeyIsNone() {
            log.appendOnce("key", KEEP_MILLIS, put(A, ONE));

            Outcome second = log.appendOnce("another", KEEP_MILLIS, put(A, ONE));

            assertThat(second).isEqualTo(committed(2, new Result.Put(2)));
        }

        @Test
        void worksForEveryCommand() {
            Outcome barrier = log.appendOnce("barrier", KEEP_MILLIS, new Command.Barrier());

            assertThat(log.appendOnce("barrier", KEEP_MILLIS, new Command.Barrier()))
                    .isEqualTo(barrier);
        }
    }

    @Nested
    class AnotherCommandWithTheSameKey {
        @Test
        void isRefusedAndChangesNothing() {
            log.appendOnce("key", KEEP_MILLIS, put(A, ONE));

            Outcome second = log.appendOnce("key", KEEP_MILLIS, put(A, TWO));

            assertThat(second).isEqualTo(new Outcome.IdempotencyKeyReused());
            assertThat(log.get(A).orElseThrow().value()).isEqualTo(ONE);
            assertThat(log.meta().applied()).contains(log.last());
        }

        @Test
        void doesNotPushTheFirstOneOut() {
            Outcome first = log.appendOnce("key", KEEP_MILLIS, put(A, ONE));
            log.appendOnce("key", KEEP_MILLIS, put(A, TWO));

            assertThat(log.appendOnce("key", KEEP_MILLIS, put(A, ONE))).isEqualTo(first);
        }
    }

    @Nested
    class TheMemory {
        @Test
        void endsThatLongAfterTheFirstCommit() {
            log.appendOnce("key", KEEP_MILLIS, put(A, ONE));
            log.tick(KEEP_MILLIS - 1);
            Outcome before = log.appendOnce("key", KEEP_MILLIS, put(A, ONE));
            log.tick(1);

            Outcome atTheEnd = log.appendOnce("key", KEEP_MILLIS, put(A, ONE));

            assertThat(before).extracting("revision").isEqualTo(1L);
            assertThat(atTheEnd).isEqualTo(committed(2, new Result.Put(2)));
        }

        @Test
        void isFreeForAnotherCommandAfterwards() {
            log.appendOnce("key", KEEP_MILLIS, put(A, ONE));
            log.tick(KEEP_MILLIS);

            Outcome other = log.appendOnce("key", KEEP_MILLIS, put(B, TWO));

            assertThat(other).isEqualTo(committed(2, new Result.Put(1)));
            assertThat(log.appendOnce("key", KEEP_MILLIS, put(B, TWO))).isEqualTo(other);
        }

        @Test
        void takesNoRevisionOfItsOwn() {
            log.append(put(A, ONE));
            log.appendOnce("nothing", KEEP_MILLIS, Txn.of(new Get(A)));
            log.appendOnce(
                    "conflict",
                    KEEP_MILLIS,
                    new Txn(
                            List.of(),
                            List.of(new Put(A, TWO, 0)),
                            List.of(),
                            new ReadSet(new Timestamp(1), List.of(), List.of())));

            assertThat(log.meta().revision()).isEqualTo(1);
        }
    }
}
