package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Position;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AppliedIndexTest {
    private static final long LONG_MILLIS = 60_000;

    private final AppliedIndex applied = new AppliedIndex(Optional.empty());

    private void advance(long index) {
        applied.advance(new Position(1, index));
    }

    @Nested
    class WhoeverWaits {
        @Test
        void waitsForNothingWhereTheStoreIsAlready() {
            assertThat(applied.reach(-1, LONG_MILLIS)).isCompleted();
            advance(7);

            assertThat(applied.reach(7, LONG_MILLIS)).isCompleted();
            assertThat(applied.waiting()).isZero();
        }

        @Test
        void goesOnWhenTheStoreHasComeSoFarAndNotEarlier() {
            var seven = applied.reach(7, LONG_MILLIS);
            var eight = applied.reach(8, LONG_MILLIS);

            advance(6);
            assertThat(seven).isNotDone();

            advance(7);
            assertThat(seven).isCompleted();
            assertThat(eight).isNotDone();

            advance(12);
            assertThat(eight).isCompleted();
            assertThat(applied.waiting()).isZero();
        }

        @Test
        void goesOnInTheOrderOfTheLog() {
            List<Long> order = new ArrayList<>();
            for (long index : List.of(9L, 7L, 8L)) {
                var _ = applied.reach(index, LONG_MILLIS).thenRun(() -> order.add(index));
            }

            advance(9);

            assertThat(order).containsExactly(7L, 8L, 9L);
        }

        @Test
        void isForgottenAfterItsTime() {
            var late = applied.reach(7, 1);

            assertThat(late)
                    .failsWithin(10, SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .withCauseInstanceOf(TimeoutException.class);
            assertThat(applied.waiting()).isZero();
        }
    }

    @Test
    void losesNobodyWhoComesWhileTheStoreGoesOn() throws Exception {
        var writer = Thread.ofPlatform().start(() -> LongStream.range(0, 20_000).forEach(this::advance));
        var waits = LongStream.range(0, 20_000)
                .mapToObj(index -> applied.reach(index, LONG_MILLIS))
                .toArray(CompletableFuture<?>[]::new);
        writer.join();

        assertThat(CompletableFuture.allOf(waits)).succeedsWithin(10, SECONDS);
        assertThat(applied.waiting()).isZero();
    }
}
