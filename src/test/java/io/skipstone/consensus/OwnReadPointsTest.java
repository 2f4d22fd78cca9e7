package io.skipstone.consensus;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.clock.HybridClock;
import io.skipstone.consensus.Standing.Vote;
import io.skipstone.model.Position;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.SnapshotPin;
import io.skipstone.store.SortedMapStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a leader asks the group before it gives a read its point; the group is played by the test. */
class OwnReadPointsTest {
    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong nanos = new AtomicLong();
    private final HybridClock clock = new HybridClock(wall::get);
    private final Group group = new Group();
    private final Leadership leadership = Leaderships.alone(() -> {}, () -> {});
    private final AppliedIndex applied = new AppliedIndex(Optional.empty());
    private final ClockCeiling ceiling = new ClockCeiling(clock, leadership, () -> {
        clock.raiseCeiling(clock.nextCeiling());
        return new ClockCeiling.Asked(CompletableFuture.completedFuture(1L), new CompletableFuture<>());
    });
    private final OwnReadPoints points = points(500);

    private OwnReadPoints points(long leaseMillis) {
        return new OwnReadPoints(
                leadership,
                group,
                ceiling,
                clock,
                new SnapshotPin(new SortedMapStore()),
                applied,
                new ReadLease(leadership, nanos::get, wall::get, leaseMillis),
                group::barrier);
    }

    @BeforeEach
    void serve() {
        leadership.elected(3);
        leadership.won(leadership.epoch());
    }

    private void pass(long millis) {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(millis));
        wall.addAndGet(millis);
    }

    private CompletableFuture<ReadPoint> newest() {
        return points.next(Timestamp.NONE).toCompletableFuture();
    }

    private static long indexOf(CompletableFuture<ReadPoint> point) {
        assertThat(point).isCompleted();
        return point.join().index();
    }

    /** What the others say. */
    private static final class Group implements Standing {
        private final List<CompletableFuture<Long>> barriers = new ArrayList<>();
        private final List<Long> leases = new ArrayList<>();
        private Vote vote = Vote.SHARED;
        private long committed = 10;

        @Override
        public long term() {
            return 99;
        }

        @Override
        public long committed() {
            return committed;
        }

        @Override
        public Vote vote() {
            return vote;
        }

        private CompletionStage<Long> barrier(long leaseMillis) {
            var barrier = new CompletableFuture<Long>();
            barriers.add(barrier);
            leases.add(leaseMillis);
            return barrier;
        }

        private void agree() {
            committed++;
            barriers.getLast().complete(committed);
        }
    }

    @Nested
    class Alone {
        @Test
        void aLeaderAsksNobodyAndWaitsForNothing() {
            group.vote = Vote.ALONE;
            applied.advance(new Position(3, 9));

            assertThat(indexOf(newest())).isEqualTo(9);
            assertThat(group.barriers).isEmpty();
        }
    }

    @Nested
    class AmongOthers {
        @Test
        void theFirstReadWaitsForABarrierAndForAllThatStandsBelowIt() {
            var point = newest();
            assertThat(point).isNotDone();

            group.agree();

            assertThat(indexOf(point)).isEqualTo(10);
            assertThat(point.join().term()).isEqualTo(3);
            assertThat(point.join().now()).isLessThanOrEqualTo(clock.ceiling());
        }

        @Test
        void aBarrierThatFailsFailsTheRead() {
            var point = newest();

            group.barriers.getFirst().completeExceptionally(new NotReady("no leader"));

            assertThat(point).isCompletedExceptionally();
        }

        @Test
        void aNodeThatWasTakenOutOfTheGroupCountsOnNoLease() {
            var first = newest();
            group.agree();
            assertThat(first).isCompleted();
            group.vote = Vote.NONE;

            assertThat(newest()).isNotDone();
        }

        @Test
        void aNodeThatDoesNotLeadGivesNone() {
            leadership.lost();

            assertThat(newest()).isCompletedExceptionally();
            assertThat(group.barriers).isEmpty();
        }
    }

    @Nested
    class UnderALease {
        @BeforeEach
        void passABarrier() {
            var _ = newest();
            group.agree();
        }

        @Test
        void readsWaitForWhatTheGroupHasAgreedOnAndAskNobody() {
            group.committed = 42;
            applied.advance(new Position(3, 40));

            assertThat(indexOf(newest())).isEqualTo(42);
            assertThat(group.barriers).hasSize(1);
        }

        @Test
        void theLogSaysHowLongItIs() {
            assertThat(group.leases).containsExactly(500L);
        }

        @Test
        void anAgingOneIsRenewedWithoutLettingAnybodyWait() {
            pass(250);

            assertThat(newest()).isCompleted();
            assertThat(newest()).isCompleted();
            assertThat(group.barriers).hasSize(2);
            group.agree();
            pass(260);

            assertThat(newest()).isCompleted();
        }

        @Test
        void readsWaitForTheNextBarrierWhenItIsOver() {
            pass(500);

            var point = newest();

            assertThat(point).isNotDone();
            group.agree();
            assertThat(point).isCompleted();
        }

        @Test
        void anIdleLeaderWritesNothing() {
            pass(60_000);

            assertThat(group.barriers).hasSize(1);
        }
    }

    @Nested
    class WithoutLeases {
        private final OwnReadPoints strict = points(0);

        @Test
        void eachReadWaitsForABarrierThatBeginsAfterIt() {
            for (int read = 1; read <= 3; read++) {
                var point = strict.next(Timestamp.NONE).toCompletableFuture();
                assertThat(point).isNotDone();
                group.agree();
                assertThat(point).isCompleted();
            }
            assertThat(group.leases).containsExactly(0L, 0L, 0L);
        }
    }

    @Nested
    class AReadInThePast {
        @Test
        void waitsForABarrierWhereSomethingMayStillBeCommittedThen() {
            Timestamp at = clock.newest();
            clock.raiseCeiling(clock.nextCeiling());
            at = at.max(Timestamp.ofMillis(wall.get()));

            var point = points.next(at).toCompletableFuture();

            assertThat(point).isNotDone();
            assertThat(clock.issue()).isGreaterThan(at);
            group.agree();
            assertThat(indexOf(point)).isEqualTo(10);
        }

        @Test
        void isRefusedWhenThatTimeHasNotComeYet() {
            var point = points.next(Timestamp.ofMillis(wall.get() + 60_000)).toCompletableFuture();

            assertThat(point)
                    .failsWithin(10, TimeUnit.SECONDS)
                    .withThrowableThat()
                    .havingRootCause()
                    .isInstanceOf(BadRequest.class);
        }
    }
}
