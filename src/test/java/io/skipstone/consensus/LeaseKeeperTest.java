package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.command.Outcome;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A clock that the test turns, and a node that leads in epoch 5, term 3. */
class LeaseKeeperTest {
    private static final long EPOCH = 5;
    private static final long TERM = 3;
    private static final GrantedLease LEASE = new GrantedLease(7, 10, new Timestamp(100), 10, 0);

    private long nanos = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(3);
    private final LeaseKeeper keeper = new LeaseKeeper(() -> nanos);

    @BeforeEach
    void lead() {
        keeper.begin(EPOCH, TERM);
        keeper.add(LEASE);
    }

    /** Time goes by, and somebody looks as often as it should be; what was over on the way. */
    private List<LeaseKeeper.Over> lookedAtFor(long millis) {
        var over = new ArrayList<LeaseKeeper.Over>();
        for (long done = 0; done < millis; done += LeaseKeeper.LOOK_EVERY_MILLIS) {
            pass(Math.min(LeaseKeeper.LOOK_EVERY_MILLIS, millis - done));
            over.addAll(keeper.look());
        }
        return over;
    }

    private void pass(long millis) {
        nanos += TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private static LeaseKeeper.Over over() {
        return new LeaseKeeper.Over(7, LEASE.granted(), TERM);
    }

    @Nested
    class ALease {
        @Test
        void isOverWhenItsTimeHasPassedAndNotBefore() {
            assertThat(lookedAtFor(9_999)).isEmpty();
            assertThat(lookedAtFor(1)).containsExactly(over());
        }

        @Test
        void livesOnWhileItIsKeptAlive() {
            for (int i = 0; i < 10; i++) {
                assertThat(lookedAtFor(9_000)).isEmpty();
                assertThat(keeper.keep(EPOCH, LEASE)).isEqualTo(10_000);
            }
            assertThat(lookedAtFor(9_999)).isEmpty();
        }

        @Test
        void isExtendedBeforeTheStoreIsAsked() {
            lookedAtFor(9_000);

            keeper.extend(EPOCH, 7);

            assertThat(lookedAtFor(9_999)).isEmpty();
        }

        @Test
        void saysHowLongItHasLeft() {
            lookedAtFor(4_000);

            assertThat(keeper.remainingMillis(EPOCH, LEASE)).isEqualTo(6_000);
            assertThat(keeper.remainingMillis(EPOCH + 2, LEASE)).isEqualTo(10_000);
        }

        @Test
        void isNotKeptAliveAnyMoreOnceItIsOver() {
            lookedAtFor(10_000);

            assertThatThrownBy(() -> keeper.extend(EPOCH, 7)).isInstanceOf(NotReady.class);
            assertThatThrownBy(() -> keeper.keep(EPOCH, LEASE)).isInstanceOf(NotReady.class);
        }

        @Test
        void staysOverAndIsNamedAgainIfNobodyKnowsWhatBecameOfIt() {
            lookedAtFor(10_000);
            assertThat(lookedAtFor(500)).isEmpty();

            keeper.settle(over(), false);

            assertThatThrownBy(() -> keeper.extend(EPOCH, 7)).isInstanceOf(NotReady.class);
            assertThat(lookedAtFor(250)).containsExactly(over());
        }

        @Test
        void isForgottenWhenItHasEnded() {
            lookedAtFor(10_000);

            keeper.settle(over(), true);

            assertThat(keeper.size()).isZero();
        }

        @Test
        void thatIsGrantedAnewUnderTheSameIdHasItsFullTime() {
            lookedAtFor(10_000);
            keeper.applied(new Outcome.LeaseGranted(7, 10, new Timestamp(200)));

            keeper.settle(over(), true);

            assertThat(keeper.size()).isEqualTo(1);
            assertThat(lookedAtFor(9_750)).isEmpty();
        }
    }

    @Nested
    class NoLeaseEndsEarly {
        @Test
        void whenAnotherLeadershipBegins() {
            lookedAtFor(9_900);

            keeper.begin(EPOCH + 2, TERM + 1);
            keeper.add(LEASE);

            assertThat(lookedAtFor(9_999)).isEmpty();
            assertThat(lookedAtFor(1)).containsExactly(new LeaseKeeper.Over(7, LEASE.granted(), TERM + 1));
        }

        @Test
        void whenTheNodeStoodStillPastItsEnd() {
            lookedAtFor(9_900);

            pass(60_000);

            assertThat(keeper.look()).isEmpty();
            assertThat(lookedAtFor(9_999)).isEmpty();
            assertThat(lookedAtFor(1)).containsExactly(over());
        }

        @Test
        void whenTheNodeRefusedWhatItWasAskedAlthoughItLed() {
            lookedAtFor(9_900);

            keeper.interrupt();

            assertThat(lookedAtFor(9_900)).isEmpty();
        }

        @Test
        void whenOtherLeasesWereKeptAliveOnly() {
            var other = new GrantedLease(8, 20, new Timestamp(100), 10, 0);
            keeper.add(other);

            assertThat(lookedAtFor(19_999)).containsExactly(over());
        }

        @Test
        void whenItIsToldOfTwice() {
            lookedAtFor(5_000);
            keeper.keep(EPOCH, LEASE);
            keeper.applied(new Outcome.LeaseGranted(7, 1, LEASE.granted()));

            assertThat(lookedAtFor(9_999)).isEmpty();
        }
    }

    @Nested
    class AnOutcome {
        @Test
        void ofAnEarlierLeaseThatIsToldAgainTakesNothingAway() {
            keeper.applied(new Outcome.LeaseRevoked(7, 0, 1, new Timestamp(99)));

            assertThat(keeper.size()).isEqualTo(1);
        }

        @Test
        void ofARevokeTakesTheLeaseAway() {
            keeper.applied(new Outcome.LeaseRevoked(7, 0, 1, new Timestamp(101)));

            assertThat(keeper.size()).isZero();
        }

        @Test
        void isNoMatterToANodeThatDoesNotLead() {
            keeper.end();

            keeper.applied(new Outcome.LeaseGranted(8, 10, new Timestamp(200)));

            assertThat(keeper.size()).isZero();
        }
    }

    @Test
    void endsNoMoreThanSoManyAtOnce() {
        for (int id = 100; id < 100 + 2 * LeaseKeeper.MOST_ENDING; id++) {
            keeper.add(new GrantedLease(id, 10, new Timestamp(100), 10, 0));
        }

        List<LeaseKeeper.Over> first = lookedAtFor(11_000);

        assertThat(first).hasSize(LeaseKeeper.MOST_ENDING);
        first.forEach(over -> keeper.settle(over, true));
        assertThat(lookedAtFor(250)).hasSize(LeaseKeeper.MOST_ENDING);
    }
}
