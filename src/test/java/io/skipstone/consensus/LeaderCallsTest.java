package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LeaderCallsTest {
    private static final long TIMEOUT_MILLIS = 500;
    private final NotReady nothingProposed = new NotReady("no_leader", "no leader");
    private final OutcomeUnknown maybe = new OutcomeUnknown("the connection is gone");

    @Nested
    class ACallThatIsRepeatedUntilItsTimeIsOver {
        @Test
        void isRefusedIfNoAttemptCanHaveTakenEffect() {
            assertThat(failure(List.of(nothingProposed, nothingProposed))).isSameAs(nothingProposed);
        }

        @Test
        void isOfUnknownOutcomeIfAnEarlierAttemptMayHaveTakenEffect() {
            assertThat(failure(List.of(nothingProposed, maybe, nothingProposed)))
                    .isInstanceOf(OutcomeUnknown.class)
                    .hasMessageContaining("no leader");
        }

        @Test
        void isOfUnknownOutcomeIfTheLastAttemptIs() {
            assertThat(failure(List.of(nothingProposed, maybe))).isSameAs(maybe);
        }
    }

    /** What a call fails with whose attempts on this node fail one after the other, the last of them again and again. */
    private static Throwable failure(List<SkipstoneException> attempts) {
        var made = new AtomicInteger();
        Leadership leadership = Leaderships.alone(() -> {}, () -> {});
        leadership.elected(1);
        leadership.won(leadership.epoch());
        return new LeaderCalls(leadership, null, null)
                .call(
                        TIMEOUT_MILLIS,
                        () -> CompletableFuture.failedFuture(
                                attempts.get(Math.min(made.getAndIncrement(), attempts.size() - 1))),
                        (_, _, _) -> CompletableFuture.failedFuture(new AssertionError("this node leads")),
                        _ -> true)
                .toCompletableFuture()
                .handle((_, failure) -> failure)
                .join();
    }
}
