package io.skipstone.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Command;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation.Delete;
import io.skipstone.command.Operation.Put;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which moment a read looks at, and what it says of it. */
abstract class QueriesContract extends ApplyContract {

    @Nested
    class OfTheNewestState {
        @Test
        void findTheLastValueAndSayWhereTheyLooked() {
            log.append(put(A, ONE));
            log.append(new Command.Barrier());

            QueryResult<Optional<KeyValue>> result = log.queries().get(A, ReadAt.LATEST, Timestamp.NONE);

            assertThat(result.value().map(KeyValue::value)).contains(ONE);
            assertThat(result.moment()).isEqualTo(Moment.at(log.lastCommitTs()));
            assertThat(result.revision()).isEqualTo(1);
            assertThat(result.applied()).contains(log.last());
        }

        @Test
        void findNothingInAnEmptyStore() {
            QueryResult<Optional<KeyValue>> result = log.queries().get(A, ReadAt.LATEST, Timestamp.ofMillis(5));

            assertThat(result.value()).isEmpty();
            assertThat(result.moment()).isEqualTo(new Moment(Timestamp.FIRST, Timestamp.ofMillis(5)));
            assertThat(result.revision()).isZero();
            assertThat(result.applied()).isEmpty();
        }

        @Test
        void seeValuesExpireByTheReadersClock() {
            log.append(Txn.of(new Put(A, ONE, 100)));
            Timestamp end = log.lastCommitTs().plusMillis(100);

            assertThat(get(A, ReadAt.LATEST, new Timestamp(end.bits() - 1))).isPresent();
            assertThat(get(A, ReadAt.LATEST, end)).isEmpty();
            assertThat(count(ReadAt.LATEST, end)).isZero();
        }

        @Test
        void doNotTurnTheClockBackBehindTheLastCommit() {
            log.append(put(A, ONE));
            Timestamp late = log.lastCommitTs();

            Moment moment =
                    log.queries().get(A, ReadAt.LATEST, new Timestamp(1)).moment();

            assertThat(moment).isEqualTo(Moment.at(late));
        }
    }

    @Nested
    class AtATimestamp {
        @Test
        void findWhatWasThereAndWhatHadNotExpired() {
            log.append(Txn.of(new Put(A, ONE, 100)));
            Timestamp then = log.lastCommitTs();
            log.append(put(A, TWO));

            assertThat(get(A, new ReadAt.AtTimestamp(then), then.plusMillis(1000)))
                    .map(KeyValue::value)
                    .contains(ONE);
        }

        @Test
        void mayLieAboveTheLastCommit() {
            log.append(put(A, ONE));
            Timestamp later = log.lastCommitTs().plusMillis(10);

            var result = log.queries().get(A, new ReadAt.AtTimestamp(later), Timestamp.NONE);

            assertThat(result.value()).isPresent();
            assertThat(result.moment()).isEqualTo(Moment.at(later));
        }

        @Test
        void areRefusedBelowTheGcFloor() {
            log.append(put(A, ONE));
            Timestamp below = log.lastCommitTs();
            log.append(put(A, TWO));
            Timestamp floor = log.lastCommitTs();
            log.append(new Command.RaiseGcFloor(floor));

            assertThatThrownBy(() -> get(A, new ReadAt.AtTimestamp(below), below))
                    .isInstanceOfSatisfying(Compacted.class, refused -> assertThat(refused.floor())
                            .isEqualTo(floor));
            assertThat(get(A, new ReadAt.AtTimestamp(floor), floor)).isPresent();
        }
    }

    @Nested
    class AtARevision {
        @Test
        void findTheStateAfterThatRevision() {
            log.append(put(A, ONE));
            log.append(put(A, TWO));
            log.append(Txn.of(new Delete(A)));

            assertThat(valueAt(1)).contains(ONE);
            assertThat(valueAt(2)).contains(TWO);
            assertThat(valueAt(3)).isEmpty();
        }

        @Test
        void findNothingAtRevisionZero() {
            log.append(put(A, ONE));

            assertThat(valueAt(0)).isEmpty();
        }

        @Test
        void areRefusedInTheFuture() {
            log.append(put(A, ONE));

            assertThatThrownBy(() -> valueAt(2))
                    .isInstanceOf(BadRequest.class)
                    .hasMessageContaining("revision 2 is asked for, the newest is 1")
                    .extracting("code")
                    .isEqualTo("revision_in_future");
        }

        @ParameterizedTest
        @ValueSource(longs = {-1, Long.MIN_VALUE})
        void areRefusedBeforeTheBeginning(long revision) {
            assertThatThrownBy(() -> valueAt(revision))
                    .isInstanceOf(BadRequest.class)
                    .extracting("code")
                    .isEqualTo("revision_negative");
        }

        @Test
        void areRefusedBelowTheStateOfTheGcFloor() {
            log.append(put(A, ONE));
            log.append(put(A, TWO));
            log.append(new Command.RaiseGcFloor(log.lastCommitTs()));

            assertThatThrownBy(() -> valueAt(0)).isInstanceOf(Compacted.class);
            assertThatThrownBy(() -> valueAt(1)).isInstanceOf(Compacted.class);
            assertThat(valueAt(2)).contains(TWO);
        }

        @Test
        void findTheNewestRevisionAtTheFloorWhenTheFloorHasPassedIt() {
            log.append(put(A, ONE));
            log.append(new Command.Barrier());
            log.append(new Command.RaiseGcFloor(log.lastCommitTs()));

            var result = log.queries().get(A, new ReadAt.AtRevision(1), Timestamp.NONE);

            assertThat(result.value()).isPresent();
            assertThat(result.moment()).isEqualTo(Moment.at(log.meta().gcFloor()));
        }

        private Optional<Bytes> valueAt(long revision) {
            return get(A, new ReadAt.AtRevision(revision), Timestamp.MAX).map(KeyValue::value);
        }
    }

    @Nested
    class AtAnEarlierMoment {
        @Test
        void seeWhatTheFirstPageSaw() {
            log.append(Txn.of(new Put(A, ONE, 0), new Put(B, ONE, 100)));
            Moment first = log.queries()
                    .scan(page(1), ReadAt.LATEST, log.lastCommitTs().plusMillis(50))
                    .moment();
            log.append(Txn.of(new Delete(B)));

            ScanPage page = log.queries()
                    .scan(
                            page(5),
                            new ReadAt.AtMoment(first),
                            log.lastCommitTs().plusMillis(1000))
                    .value();

            assertThat(page.rows()).extracting(KeyValue::key).containsExactly(A, B);
        }

        @Test
        void areRefusedOnceTheFloorHasPassedIt() {
            log.append(put(A, ONE));
            Moment first = Moment.at(log.lastCommitTs());
            log.append(put(A, TWO));
            log.append(new Command.RaiseGcFloor(log.lastCommitTs()));

            assertThatThrownBy(() -> log.queries().scan(page(1), new ReadAt.AtMoment(first), Timestamp.NONE))
                    .isInstanceOf(Compacted.class);
        }
    }

    @Nested
    class Scans {
        @Test
        void goOnWhereThePageEnded() {
            log.append(Txn.of(new Put(A, ONE, 0), new Put(B, TWO, 0)));

            ScanPage first =
                    log.queries().scan(page(1), ReadAt.LATEST, Timestamp.NONE).value();
            ScanPage second = log.queries()
                    .scan(
                            new ScanQuery(
                                    first.rest().orElseThrow(), Order.ASCENDING, Content.KEYS_AND_VALUES, 5, 1000),
                            ReadAt.LATEST,
                            Timestamp.NONE)
                    .value();

            assertThat(first.rows()).extracting(KeyValue::key).containsExactly(A);
            assertThat(second.rows()).extracting(KeyValue::key).containsExactly(B);
            assertThat(second.rest()).isEmpty();
        }

        @Test
        void countTheVisibleKeys() {
            log.append(Txn.of(new Put(A, ONE, 0), new Put(B, TWO, 0)));
            log.append(Txn.of(new Delete(A)));

            assertThat(count(ReadAt.LATEST, Timestamp.NONE)).isEqualTo(1);
            assertThat(count(new ReadAt.AtRevision(1), Timestamp.NONE)).isEqualTo(2);
        }
    }

    @Nested
    class TheLatestCommit {
        @Test
        void countsADeleteToo() {
            log.append(put(A, ONE));
            log.append(Txn.of(new Delete(A)));
            Timestamp deleted = log.lastCommitTs();
            log.append(put(B, ONE));

            assertThat(log.queries().latestCommit(A, Timestamp.NONE).value()).contains(deleted);
            assertThat(log.queries().latestCommit(Key.utf8("c"), Timestamp.NONE).value())
                    .isEmpty();
        }
    }

    private Optional<KeyValue> get(Key key, ReadAt at, Timestamp now) {
        return log.queries().get(key, at, now).value();
    }

    private long count(ReadAt at, Timestamp now) {
        return log.queries().count(KeyRange.ALL, at, now).value();
    }

    private static ScanQuery page(int limit) {
        return new ScanQuery(KeyRange.ALL, Order.ASCENDING, Content.KEYS_AND_VALUES, limit, 1000);
    }
}
