package io.skipstone.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BackoffTest {
    private final Backoff.Pauses pauses = new Backoff(
                    Duration.ofMillis(100), Duration.ofSeconds(1), Duration.ofSeconds(5))
            .pauses(new SplittableRandom(1));

    @Test
    void doublesUpToTheLongestPauseWithChanceInTheUpperHalf() {
        for (long wholeMillis : new long[] {100, 200, 400, 800, 1000, 1000}) {
            assertThat(pauses.next(Optional.empty()).orElseThrow())
                    .isBetween(Duration.ofMillis(wholeMillis / 2), Duration.ofMillis(wholeMillis));
        }
    }

    @Test
    void neverPausesLongerThanItsPatienceInSum() {
        Duration sum = Duration.ZERO;
        for (var pause = pauses.next(Optional.empty()); pause.isPresent(); pause = pauses.next(Optional.empty())) {
            sum = sum.plus(pause.get());
        }

        assertThat(sum).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void waitsAsLongAsTheNodeAsksFor() {
        assertThat(pauses.next(Optional.of(Duration.ofSeconds(3)))).contains(Duration.ofSeconds(3));
    }

    @Test
    void doesNotWaitBeyondItsPatienceWhateverTheNodeAsksFor() {
        assertThat(pauses.next(Optional.of(Duration.ofHours(1)))).contains(Duration.ofSeconds(5));
        assertThat(pauses.next(Optional.empty())).isEmpty();
    }
}
