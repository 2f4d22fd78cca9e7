package io.skipstone.clock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HybridClockTest {
    private final AtomicLong wall = new AtomicLong(1_000_000);
    private final HybridClock clock = new HybridClock(wall::get);

    /** High above all of the tests that are not about it. */
    @BeforeEach
    void raiseTheCeiling() {
        clock.raiseCeiling(Timestamp.MAX);
    }

    @Test
    void followsTheWallClock() {
        assertThat(clock.issue()).isEqualTo(Timestamp.ofMillis(1_000_000));

        wall.set(1_000_005);

        assertThat(clock.issue()).isEqualTo(Timestamp.ofMillis(1_000_005));
    }

    @Test
    void doesNotGoBackWithTheWallClock() {
        Timestamp before = clock.issue();

        wall.set(5);

        assertThat(clock.issue()).isEqualTo(before.next());
        assertThat(clock.now()).isGreaterThan(before);
    }

    @Test
    void doesNotTakeBackATimeThatAReadWasTold() {
        wall.set(2_000_000);
        Timestamp told = clock.now();

        wall.set(1_000_000);

        assertThat(clock.now()).isEqualTo(told);
        assertThat(clock.issue()).isGreaterThan(told);
    }

    @Test
    void carriesOverIntoTheNextMillisecondWhenOneIsUsedUp() {
        Timestamp last = Timestamp.NONE;
        for (int i = 0; i <= 1 << Timestamp.LOGICAL_BITS; i++) {
            last = clock.issue();
        }

        assertThat(last).isEqualTo(Timestamp.ofMillis(1_000_001));
    }

    @Test
    void staysAboveAnObservedTimestampHoweverFarAhead() {
        Timestamp farAhead = Timestamp.ofMillis(Timestamp.MAX_MILLIS - 1);

        clock.observe(farAhead);
        clock.observe(Timestamp.ofMillis(7));

        assertThat(clock.issue()).isEqualTo(farAhead.next());
        assertThat(clock.newest()).isEqualTo(farAhead.next());
    }

    @Test
    void readsTheTimeWithoutUsingItUp() {
        assertThat(clock.now()).isEqualTo(clock.now());
        assertThat(clock.issue()).isEqualTo(clock.newest());
    }

    @Test
    void countsATimeBefore1970As1970() {
        wall.set(-5_000);

        assertThat(clock.issue()).isEqualTo(new Timestamp(1));
    }

    @Test
    void issuesEachTimestampOnceToManyThreadsWhileTheWallClockJumps() throws Exception {
        Callable<List<Timestamp>> issuer = () -> IntStream.range(0, 5_000)
                .mapToObj(i -> {
                    wall.addAndGet(i % 3 == 0 ? -50 : 20);
                    return clock.issue();
                })
                .toList();
        try (var threads = Executors.newFixedThreadPool(4)) {
            List<List<Timestamp>> issued = threads.invokeAll(List.of(issuer, issuer, issuer, issuer)).stream()
                    .map(Future::resultNow)
                    .toList();

            assertThat(issued).allSatisfy(own -> assertThat(own).isSortedAccordingTo(Timestamp::compareTo));
            assertThat(issued.stream().flatMap(List::stream))
                    .doesNotHaveDuplicates()
                    .hasSize(20_000);
        }
    }

    /** The original's HLC tests of the fence: an expired ceiling issues nothing, a renewed one goes on (kv, HLC 16). */
    @Nested
    class UnderACeiling {
        private static final long NOW = 1_000_000;

        private final HybridClock clock = new HybridClock(wall::get);

        @Test
        void issuesNothingBeforeThereIsOne() {
            assertThat(clock.isCovered()).isFalse();
            assertThatThrownBy(clock::issue)
                    .isInstanceOfSatisfying(NotReady.class, refused -> assertThat(refused.code())
                            .isEqualTo("clock_not_ready"));
            assertThat(clock.newest()).isEqualTo(Timestamp.NONE);
        }

        @Test
        void asksForAWindowAboveTheWallClock() {
            assertThat(clock.nextCeiling()).isEqualTo(Timestamp.ofMillis(NOW + HybridClock.WINDOW_MILLIS));
        }

        @Test
        void asksForRoomAboveTheNewestTimestampWhenTheWallClockIsBehindIt() {
            Timestamp newest = Timestamp.ofMillis(NOW + 3_600_000);
            clock.observe(newest);

            assertThat(clock.nextCeiling()).isEqualTo(newest.plusMillis(HybridClock.ROOM_MILLIS));
        }

        @Test
        void stampsTheEntryThatRaisesItBelowTheCeilingThatThisEntryRaises() {
            Timestamp old = Timestamp.ofMillis(NOW);
            clock.raiseCeiling(old);
            clock.passCeiling();
            Timestamp next = clock.nextCeiling();

            Timestamp stamp = clock.issue(next);

            assertThat(stamp).isGreaterThan(old).isLessThan(next);
            assertThat(clock.ceiling()).isEqualTo(old);
            assertThatThrownBy(clock::issue).isInstanceOf(NotReady.class);
        }

        @Test
        void isCoveredUntilTheWallClockComesCloseToIt() {
            clock.raiseCeiling(clock.nextCeiling());
            wall.set(NOW + HybridClock.WINDOW_MILLIS - HybridClock.RESERVE_MILLIS);
            assertThat(clock.isCovered()).isTrue();

            wall.addAndGet(1);

            assertThat(clock.isCovered()).isFalse();
        }

        @Test
        void issuesNothingAboveItHoweverFarTheWallClockJumpsAhead() {
            Timestamp ceiling = clock.nextCeiling();
            clock.raiseCeiling(ceiling);
            clock.issue();

            wall.addAndGet(3_600_000);

            assertThat(clock.issue()).isLessThan(ceiling);
            assertThat(clock.now()).isLessThan(ceiling);
            assertThat(clock.newest()).isLessThan(ceiling);
            assertThat(clock.guess()).isGreaterThan(ceiling);
        }

        @Test
        void issuesEveryTimestampUpToItAndThenRefuses() {
            Timestamp ceiling = Timestamp.ofMillis(NOW);
            clock.observe(new Timestamp(ceiling.bits() - 2));
            clock.raiseCeiling(ceiling);

            assertThat(clock.issue()).isEqualTo(new Timestamp(ceiling.bits() - 1));
            assertThat(clock.issue()).isEqualTo(ceiling);
            assertThatThrownBy(clock::issue).isInstanceOf(NotReady.class);

            clock.raiseCeiling(clock.nextCeiling());
            assertThat(clock.issue()).isGreaterThan(ceiling);
        }

        @Test
        void keepsRoomBelowItForWhatWasLetInWhenReadsFollowTheWallClock() {
            Timestamp ceiling = clock.nextCeiling();
            clock.raiseCeiling(ceiling);
            wall.addAndGet(HybridClock.WINDOW_MILLIS);

            Timestamp told = clock.now();

            for (int i = 0; i < 100_000; i++) {
                assertThat(clock.issue()).isGreaterThan(told).isLessThan(ceiling);
            }
        }

        @Test
        void neverLowersIt() {
            Timestamp high = Timestamp.ofMillis(NOW + 5_000);
            clock.raiseCeiling(high);

            clock.raiseCeiling(Timestamp.ofMillis(NOW));

            assertThat(clock.ceiling()).isEqualTo(high);
        }

        @Test
        void startsAboveAllThatOthersMayHaveIssued() {
            Timestamp theirs = Timestamp.ofMillis(NOW + 3_000);
            clock.raiseCeiling(theirs);

            clock.passCeiling();

            assertThatThrownBy(clock::issue).isInstanceOf(NotReady.class);
            assertThat(clock.issue(clock.nextCeiling())).isGreaterThan(theirs);
        }

        @Test
        void doesNotRunAwayWhenANodeIsStartedAgainAndAgainAtOnce() {
            Timestamp stored = Timestamp.NONE;
            for (int start = 0; start < 50; start++) {
                var fresh = new HybridClock(wall::get);
                fresh.observe(stored);
                stored = fresh.nextCeiling();
                fresh.issue(stored);
                wall.addAndGet(HybridClock.ROOM_MILLIS);
            }

            assertThat(stored.millis() - wall.get()).isLessThanOrEqualTo(HybridClock.WINDOW_MILLIS);
        }

        @Test
        void tellsItsDistances() {
            clock.raiseCeiling(clock.nextCeiling());
            clock.observe(Timestamp.ofMillis(NOW + 700));

            assertThat(clock.ceilingDistanceMillis()).isEqualTo(HybridClock.WINDOW_MILLIS);
            assertThat(clock.aheadMillis()).isEqualTo(700);
        }
    }
}
