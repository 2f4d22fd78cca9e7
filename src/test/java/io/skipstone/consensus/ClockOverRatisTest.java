package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Command.RaiseClockCeiling;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Operation.Put;
import io.skipstone.command.Outcome;
import io.skipstone.command.Outcome.Committed;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Limits;
import io.skipstone.model.ReadAt;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.statemachine.StateMachine;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clock of a running node under its ceiling, with a wall clock that the test turns. */
@Timeout(120)
class ClockOverRatisTest {
    private static final long HOUR_MILLIS = 3_600_000;
    private static final Key KEY = Key.utf8("a");

    @TempDir
    Path dir;

    private final FaultyStore store = new FaultyStore();
    /** Held by the test, nothing that the group agrees on is handed down. */
    private final Semaphore handDown = new Semaphore(1);

    private final AtomicLong wall = new AtomicLong(1_700_000_000_000L);

    private TestNode start() throws Exception {
        return start(Limits.DEFAULT);
    }

    private TestNode start(Limits limits) throws Exception {
        return TestNode.over(dir, store)
                .wall(wall::get)
                .limits(limits)
                .wrap(this::held)
                .start()
                .awaitReady();
    }

    private StateMachine held(StateMachine machine) {
        return (StateMachine) Proxy.newProxyInstance(
                StateMachine.class.getClassLoader(), new Class<?>[] {StateMachine.class}, (_, method, arguments) -> {
                    if (method.getName().equals("applyTransaction")) {
                        handDown.acquire();
                        handDown.release();
                    }
                    try {
                        return method.invoke(machine, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
    }

    /** An hour passes, and the group agrees on nothing meanwhile. */
    private void whileNothingIsHandedDown(Check check) throws Exception {
        handDown.acquire();
        try {
            wall.addAndGet(HOUR_MILLIS);
            check.run();
        } finally {
            handDown.release();
        }
    }

    /** May fail with anything. */
    private interface Check {
        void run() throws Exception;
    }

    private static Timestamp committedAt(Outcome outcome) {
        return ((Committed) outcome).commitTs();
    }

    private static Timestamp write(TestNode node) throws Exception {
        return committedAt(node.put("a", "1").get(20, SECONDS));
    }

    private static Optional<KeyValue> read(TestNode node, Consistency consistency) throws Exception {
        return node.raft()
                .reader()
                .get(KEY, ReadAt.LATEST, consistency)
                .toCompletableFuture()
                .get(20, SECONDS)
                .value();
    }

    private static void assertRefused(CompletionStage<?> stage, Class<? extends SkipstoneException> as, String code) {
        assertThat(stage)
                .failsWithin(20, SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOfSatisfying(
                        as, refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Nested
    class AStart {
        @Test
        void commitsACeilingBeforeAnythingElse() throws Exception {
            try (var node = start()) {
                assertThat(node.events().ceilings.get()).isPositive();
                assertThat(node.events().entriesApplied()).isZero();
                assertThat(store.meta().hlcCeiling()).isEqualTo(Timestamp.ofMillis(wall.get() + 3_000));
                assertThat(store.meta().lastCommitTs()).isLessThan(store.meta().hlcCeiling());
                assertThat(store.meta().revision()).isZero();
            }
        }

        @Test
        void issuesNothingBelowTheCeilingBeforeItThoughNoTimeHasPassed() throws Exception {
            Timestamp stored;
            try (var node = start()) {
                write(node);
                stored = store.meta().hlcCeiling();
            }

            try (var node = start()) {
                Timestamp first = write(node);

                assertThat(first).isGreaterThan(stored);
                assertThat(first.millis() - stored.millis()).isZero();
            }
        }

        @Test
        void goesOnFromTheLastTimestampWhenTheWallClockWasSetBackByAnHour() throws Exception {
            Timestamp before;
            try (var node = start()) {
                before = write(node);
            }

            wall.addAndGet(-HOUR_MILLIS);
            try (var node = start()) {
                Timestamp last = before;
                for (int i = 0; i < 100; i++) {
                    Timestamp next = write(node);
                    assertThat(next).isGreaterThan(last);
                    last = next;
                }

                assertThat(last.millis() - before.millis())
                        .as("the timestamps wait for the wall clock")
                        .isLessThan(5_000);
                assertThat(store.meta().revision()).isEqualTo(101);
                assertThat(store.meta().lastCommitTs())
                        .isLessThanOrEqualTo(store.meta().hlcCeiling());
            }
        }
    }

    @Nested
    class AWallClock {
        @Test
        void thatJumpsAheadIsFollowedAfterOneRoundOfTheLog() throws Exception {
            try (var node = start()) {
                write(node);

                wall.addAndGet(HOUR_MILLIS);

                assertThat(write(node).millis()).isEqualTo(wall.get());
                assertThat(store.meta().lastCommitTs())
                        .isLessThanOrEqualTo(store.meta().hlcCeiling());
            }
        }

        @Test
        void thatWandersBringsNoTimestampBackAndNoneAboveTheCeiling() throws Exception {
            long seed = Long.getLong("skipstone.seed", System.nanoTime());
            var random = new Random(seed);
            try (var node = start()) {
                Timestamp last = Timestamp.NONE;
                for (int i = 0; i < 300; i++) {
                    wall.addAndGet(random.nextLong(-5_000, 10_000));

                    Timestamp next = write(node);

                    assertThat(next).as("seed %d", seed).isGreaterThan(last);
                    assertThat(next)
                            .as("seed %d", seed)
                            .isLessThanOrEqualTo(store.meta().hlcCeiling());
                    last = next;
                }
            }
        }
    }

    @Nested
    class WithoutAHigherCeiling {
        private final Limits impatient = new Limits(4096, 4096, 16, 16, 16, 1 << 20, 16, 64, 1 << 20, 2_000, 16);

        @Test
        void aWriteIsRefusedAndWasNeverProposed() throws Exception {
            try (var node = start(impatient)) {
                whileNothingIsHandedDown(() -> {
                    assertRefused(node.put("a", "1"), NotReady.class, "clock_not_ready");
                    assertThat(node.raft().proposalsInFlight()).isZero();
                });

                // The ceiling that was asked for in vain may have to be asked for once more.
                await().ignoreExceptionsMatching(failure -> failure.getCause() instanceof NotReady)
                        .until(() -> write(node), Objects::nonNull);
                assertThat(store.meta().revision()).isOne();
            }
        }

        @Test
        void aReadThatPromisesSomethingIsRefusedAndALocalOneIsNot() throws Exception {
            try (var node = start(impatient)) {
                write(node);
                whileNothingIsHandedDown(() -> {
                    assertRefused(
                            node.raft().reader().get(KEY, ReadAt.LATEST, Consistency.LINEARIZABLE),
                            NotReady.class,
                            "clock_not_ready");
                    assertThat(read(node, Consistency.LOCAL)).isPresent();
                });

                assertThat(read(node, Consistency.LINEARIZABLE)).isPresent();
            }
        }
    }

    @Nested
    class AStoreThatStandsStill {
        @Test
        void holdsUpNoProposalAndNoReadAlsoWhenTheCeilingHasToBeRenewed() throws Exception {
            try (var node = start()) {
                write(node);
                store.gate.acquire();
                wall.addAndGet(HOUR_MILLIS);

                var write = node.put("b", "2");

                assertThat(read(node, Consistency.LINEARIZABLE)).isPresent();
                assertThat(write).isNotDone();
                store.gate.release();
                assertThat(committedAt(write.get(20, SECONDS)).millis()).isEqualTo(wall.get());
            }
        }
    }

    @Nested
    class AnExpiredValue {
        @Test
        void isGoneForAReadAfterAPauseAndStaysGoneWhenTheClockIsSetBackOverARestart() throws Exception {
            try (var node = start()) {
                node.propose(Txn.of(new Put(KEY, Bytes.utf8("1"), 60_000))).get(20, SECONDS);
                assertThat(read(node, Consistency.LINEARIZABLE)).isPresent();

                wall.addAndGet(HOUR_MILLIS);

                assertThat(read(node, Consistency.LOCAL)).isEmpty();
                assertThat(read(node, Consistency.LINEARIZABLE)).isEmpty();
            }

            wall.addAndGet(-HOUR_MILLIS);
            try (var node = start()) {
                assertThat(read(node, Consistency.LINEARIZABLE)).isEmpty();
            }
        }
    }

    @Nested
    class ACeilingThatSomebodyAsksFor {
        @Test
        void mustNotLieAboveTheOneThatTheClockWouldAskFor() throws Exception {
            try (var node = start()) {
                var tooHigh = new RaiseClockCeiling(node.clock().nextCeiling().plusMillis(60_000));

                assertRefused(node.propose(tooHigh), BadRequest.class, "clock_ceiling_too_high");
            }
        }
    }
}
