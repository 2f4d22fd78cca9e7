package io.skipstone.clock;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HybridClockTest {
    private final AtomicLong wall = new AtomicLong(1_000_000);
    private final HybridClock clock = new HybridClock(wall::get);

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
}
