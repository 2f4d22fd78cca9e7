package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.clock.HybridClock;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.CeilingRaised;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.SkipstoneException.OutcomeUnknown;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When a ceiling is asked for, and who waits for it; the group is played by the test. */
class ClockCeilingTest {
    private final AtomicLong wall = new AtomicLong(1_000_000);
    private final HybridClock clock = new HybridClock(wall::get);
    private final List<CompletableFuture<Outcome>> proposed = new ArrayList<>();
    private final List<CompletableFuture<Boolean>> agreed = new ArrayList<>();
    private final AtomicInteger served = new AtomicInteger();
    private final Leadership leadership = Leaderships.alone(() -> begin(), served::incrementAndGet);
    private final ClockCeiling ceiling = new ClockCeiling(clock, leadership, this::propose);

    private void begin() {
        ceiling.begin();
    }

    private ClockCeiling.Asked propose() {
        var outcome = new CompletableFuture<Outcome>();
        var agreement = new CompletableFuture<Boolean>();
        proposed.add(outcome);
        agreed.add(agreement);
        return new ClockCeiling.Asked(agreement, outcome);
    }

    /** The group agrees on what the clock wants now. */
    private void agree(int proposal) {
        handDown(proposal);
        proposed.get(proposal).complete(new CeilingRaised(clock.ceiling()));
    }

    /** As {@link #agree}, and the apply thread has not come to it yet. */
    private void handDown(int proposal) {
        clock.raiseCeiling(clock.nextCeiling());
        agreed.get(proposal).complete(true);
    }

    private void serve() {
        leadership.elected(3);
        agree(0);
        assertThat(leadership.isServing()).isTrue();
    }

    @Nested
    class ANewLeader {
        @Test
        void servesWhenItsOwnCeilingIsApplied() {
            leadership.elected(3);

            assertThat(proposed).hasSize(1);
            assertThat(leadership.isServing()).isFalse();

            agree(0);

            assertThat(leadership.isServing()).isTrue();
            assertThat(served).hasValue(1);
        }

        @Test
        void issuesNothingBelowTheCeilingOfTheLeaderBefore() {
            Timestamp theirs = Timestamp.ofMillis(wall.get() + 2_500);
            clock.raiseCeiling(theirs);

            serve();

            assertThat(clock.issue()).isGreaterThan(theirs);
        }

        @Test
        void doesNotServeWhenItLostTheLeadBeforeTheCeilingWasAgreedOn() {
            leadership.elected(3);
            leadership.lost();

            agree(0);

            assertThat(leadership.isServing()).isFalse();
            assertThat(served).hasValue(0);
        }

        @Test
        void asksAgainWhenTheGroupDidNotAgree() {
            leadership.elected(3);
            proposed.getFirst().completeExceptionally(new OutcomeUnknown("too slow"));
            assertThat(leadership.isServing()).isFalse();

            ceiling.look();
            agree(1);

            assertThat(leadership.isServing()).isTrue();
        }

        @Test
        void doesNotWaitForACeilingThatItAskedForWhenItLedBefore() {
            serve();
            var earlier = ceiling.renew().toCompletableFuture();
            leadership.lost();

            leadership.elected(3);
            assertThat(proposed).hasSize(3);
            agree(2);

            assertThat(leadership.isServing()).isTrue();
            assertThat(earlier).isNotDone();
        }

        @Test
        void doesNotWaitForACeilingThatItAskedForWhileItDidNotLead() {
            serve();
            leadership.lost();
            var inVain = ceiling.renew().toCompletableFuture();

            leadership.elected(3);
            agree(2);

            assertThat(leadership.isServing()).isTrue();
            assertThat(inVain).isNotDone();
        }

        @Test
        void servesOnceHoweverManyCeilingsFollow() {
            serve();

            var _ = ceiling.renew();
            agree(1);

            assertThat(served).hasValue(1);
            assertThat(leadership.isServing()).isTrue();
        }
    }

    @Nested
    class AnApplyThreadThatIsAtSomethingLong {
        @Test
        void holdsUpNoRenewal() {
            serve();
            wall.addAndGet(60_000);
            var first = ceiling.renew();

            handDown(1);

            assertThat(first).isCompleted();
            assertThat(ceiling.covers()).isTrue();
            wall.addAndGet(60_000);
            var second = ceiling.renew();
            handDown(2);
            assertThat(second).isCompleted();
        }

        @Test
        void holdsUpANewLeader() {
            leadership.elected(3);

            handDown(0);
            assertThat(leadership.isServing()).isFalse();

            agree(0);
            assertThat(leadership.isServing()).isTrue();
        }
    }

    @Nested
    class ARenewal {
        @Test
        void comesEachSecondInWhichATimestampWasNeeded() {
            serve();
            assertThat(ceiling.covers()).isTrue();

            ceiling.look();

            assertThat(proposed).hasSize(2);
        }

        @Test
        void doesNotComeWhileNobodyNeedsATimestamp() {
            serve();
            assertThat(ceiling.covers()).isTrue();
            ceiling.look();
            agree(1);

            for (int second = 0; second < 100; second++) {
                wall.addAndGet(ClockCeiling.RENEW_EVERY_MILLIS);
                ceiling.look();
            }

            assertThat(proposed).hasSize(2);
            assertThat(ceiling.covers()).isFalse();
        }

        @Test
        void isNotAskedForByANodeThatDoesNotLead() {
            serve();
            ceiling.covers();
            leadership.lost();

            ceiling.look();

            assertThat(proposed).hasSize(1);
        }

        @Test
        void isSharedByAllWhoWaitForIt() {
            serve();
            wall.addAndGet(60_000);

            var first = ceiling.renew();
            var second = ceiling.renew();
            agree(1);

            assertThat(proposed).hasSize(2);
            assertThat(first).isCompleted();
            assertThat(second).isCompleted();
            assertThat(ceiling.covers()).isTrue();
        }

        @Test
        void isRefusedAsNotReadyWhenTheGroupDoesNotAgreeAndTheNextOneIsAskedForAnew() {
            serve();
            var failed = ceiling.renew();
            proposed.get(1).completeExceptionally(new OutcomeUnknown("too slow"));

            assertThat(failed)
                    .failsWithin(1, SECONDS)
                    .withThrowableOfType(ExecutionException.class)
                    .havingCause()
                    .isInstanceOfSatisfying(NotReady.class, refused -> assertThat(refused.code())
                            .isEqualTo("clock_not_ready"))
                    .withMessageContaining("too slow");
            var next = ceiling.renew();
            agree(2);
            assertThat(next).isCompleted();
        }
    }

    @Nested
    class AProposerThatThrows {
        @Test
        void isARenewalThatFailed() {
            var broken = new ClockCeiling(clock, leadership, () -> {
                throw new IllegalStateException("closed");
            });

            assertThat(broken.renew()).isCompletedExceptionally();
            assertThat(broken.renew()).isCompletedExceptionally();
        }
    }
}
