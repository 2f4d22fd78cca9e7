package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.command.Command.Barrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HoldOffTest {
    private static final long LONGEST_MILLIS = Barrier.MAX_LEASE_MILLIS + HoldOff.DRIFT_MARGIN_MILLIS;

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final HoldOff holdOff = new HoldOff(nanos::get);

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private long remainingMillis(boolean isAlone) {
        return TimeUnit.NANOSECONDS.toMillis(holdOff.remainingNanos(isAlone));
    }

    @Nested
    class ANodeThatHasJustStarted {
        @Test
        void mayHaveForgottenALease() {
            assertThat(remainingMillis(false)).isEqualTo(LONGEST_MILLIS);

            pass(LONGEST_MILLIS);

            assertThat(remainingMillis(false)).isZero();
        }

        @Test
        void waitsForNobodyWhereItIsAlone() {
            assertThat(remainingMillis(true)).isZero();
        }
    }

    @Nested
    class ALeaseInTheLog {
        @Test
        void isWaitedForFromWhenItWasHandedDown() {
            pass(10_000);
            holdOff.lease(500);
            pass(400);

            assertThat(remainingMillis(false)).isEqualTo(200);
            assertThat(remainingMillis(true)).isEqualTo(200);
        }

        @Test
        void isNotShortenedByALaterOne() {
            pass(10_000);
            holdOff.lease(500);
            holdOff.lease(50);

            assertThat(remainingMillis(false)).isEqualTo(600);
        }

        @Test
        void thatLastsNoTimeIsNone() {
            pass(10_000);
            holdOff.lease(0);

            assertThat(remainingMillis(false)).isNegative();
        }
    }

    @Test
    void aStoreTakenInFromAnotherMemberMayHoldOne() {
        pass(10_000);
        holdOff.missed();

        assertThat(remainingMillis(false)).isEqualTo(LONGEST_MILLIS);
    }
}
