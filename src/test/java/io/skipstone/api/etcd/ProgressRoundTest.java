package io.skipstone.api.etcd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressRoundTest {
    private final ProgressRound round = new ProgressRound();

    @Test
    void endsWhenEachHasSpokenAtTheLowestOfWhatTheySaid() {
        round.begin(List.of(1L, 2L), 10);

        assertThat(round.isStale(1, 12)).isFalse();
        assertThat(round.end()).isEmpty();
        assertThat(round.isStale(2, 11)).isFalse();
        assertThat(round.end()).hasValue(11);
        assertThat(round.end()).isEmpty();
    }

    @Test
    void whoSpeaksOfATimeBeforeIsAskedAgain() {
        round.begin(List.of(1L), 10);

        assertThat(round.isStale(1, 9)).isTrue();
        assertThat(round.end()).isEmpty();
        assertThat(round.isStale(1, 10)).isFalse();
        assertThat(round.end()).hasValue(10);
    }

    @Test
    void nobodyWaitsForAWatchThatHasEnded() {
        round.begin(List.of(1L, 2L), 10);
        round.leave(2);

        assertThat(round.isStale(1, 10)).isFalse();
        assertThat(round.end()).hasValue(10);
    }

    @Test
    void withoutWatchesItIsWhatThereIs() {
        round.begin(List.of(), 10);

        assertThat(round.end()).hasValue(10);
    }

    @Test
    void whoWasNotAskedIsNotListenedTo() {
        assertThat(round.isStale(1, 3)).isFalse();
        assertThat(round.end()).isEmpty();
    }
}
