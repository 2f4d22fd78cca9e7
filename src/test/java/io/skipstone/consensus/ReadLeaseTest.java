package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ReadLeaseTest {
    private static final long LENGTH_MILLIS = 500;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private final Leadership leadership = Leaderships.alone(() -> {}, () -> {});
    private final ReadLease lease = new ReadLease(leadership, nanos::get, wall::get, LENGTH_MILLIS);

    @BeforeEach
    void serve() {
        leadership.elected(3);
        leadership.won(leadership.epoch());
        assertThat(leadership.isServing()).isTrue();
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        wall.addAndGet(millis);
    }

    @Nested
    class ALease {
        @Test
        void isNotThereBeforeTheGroupHasAgreedOnABarrier() {
            var _ = lease.begin();

            assertThat(lease.holds()).isFalse();
        }

        @Test
        void countsFromWhenTheBarrierWasProposedAndNotFromWhenItWasAgreedOn() {
            var start = lease.begin();
            pass(400);
            lease.renew(start);

            assertThat(lease.holds()).isTrue();
            pass(99);
            assertThat(lease.holds()).isTrue();
            pass(1);
            assertThat(lease.holds()).isFalse();
        }

        @Test
        void isNotThereForABarrierThatTookTooLong() {
            var start = lease.begin();
            pass(LENGTH_MILLIS);
            lease.renew(start);

            assertThat(lease.holds()).isFalse();
        }

        @Test
        void isNotShortenedByAnEarlierBarrierThatIsHeardOfLater() {
            var earlier = lease.begin();
            pass(300);
            lease.renew(lease.begin());
            lease.renew(earlier);
            pass(300);

            assertThat(lease.holds()).isTrue();
        }

        @Test
        void agesBeforeItIsOver() {
            lease.renew(lease.begin());
            assertThat(lease.isAging()).isFalse();

            pass(LENGTH_MILLIS / 2);

            assertThat(lease.isAging()).isTrue();
            assertThat(lease.holds()).isTrue();
        }
    }

    @Nested
    class IsGivenUp {
        @BeforeEach
        void hold() {
            lease.renew(lease.begin());
            assertThat(lease.holds()).isTrue();
        }

        @Test
        void withTheLead() {
            leadership.lost();

            assertThat(lease.holds()).isFalse();
        }

        @Test
        void withTheLeadAlsoWhenItComesBackAtOnce() {
            leadership.lost();
            serve();

            assertThat(lease.holds()).isFalse();
        }

        @Test
        void byANodeThatDrains() {
            leadership.drain();

            assertThat(lease.holds()).isFalse();
        }

        @Test
        void whenTheWallClockSaysThatTheMachineSlept() {
            wall.addAndGet(60_000);

            assertThat(lease.holds()).isFalse();
        }

        @Test
        void whenTheWallClockWasSetBackAndSaysNothingAnyMore() {
            wall.addAndGet(-1);

            assertThat(lease.holds()).isFalse();
        }
    }

    @Test
    void ofABarrierFromAnEarlierLeadershipIsNone() {
        var start = lease.begin();
        leadership.lost();
        serve();
        lease.renew(start);

        assertThat(lease.holds()).isFalse();
    }

    @Test
    void ofNoLengthNeverHolds() {
        var none = new ReadLease(leadership, nanos::get, wall::get, 0);
        none.renew(none.begin());

        assertThat(none.holds()).isFalse();
    }
}
