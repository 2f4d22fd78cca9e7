package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.command.Outcome.Committed;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.ReadAt;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The clocks of several members, with wall clocks that the test turns. They stand still otherwise: nothing here waits for time to pass. */
@Timeout(180)
class ClockInAGroupTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long NOON_MILLIS = 1_700_000_000_000L;
    private static final long HOUR_MILLIS = 3_600_000;

    @TempDir
    Path dir;

    private final Map<String, AtomicLong> walls = new ConcurrentHashMap<>();

    private TestGroup three() throws Exception {
        return TestGroup.of(dir, 3, setup -> setup.limits(Impatient.LIMITS).wall(wall(setup.nodeId())::get))
                .awaitReady();
    }

    private AtomicLong wall(String nodeId) {
        return walls.computeIfAbsent(nodeId, _ -> new AtomicLong(NOON_MILLIS));
    }

    private static String name(TestNode node) {
        return node.status().nodeId();
    }

    /** The timestamp of a write that was acknowledged, through this node; repeated through elections. */
    private static Timestamp write(TestNode node) {
        return await().atMost(PATIENCE)
                .ignoreException(ExecutionException.class)
                .until(() -> ((Committed) node.put("key", "value").get(20, SECONDS)).commitTs(), _ -> true);
    }

    @Nested
    class ALeaderWhoseWallClock {
        @Test
        void jumpsAnHourAheadTakesTheGroupWithItAndTheNextLeaderGoesOnFromThereWithoutWaiting() throws Exception {
            try (var group = three()) {
                TestNode leader = group.awaitLeader();
                String next = name(group.follower());
                write(leader);

                wall(name(leader)).addAndGet(HOUR_MILLIS);
                Timestamp ahead = write(leader);
                group.handOver(next);
                Timestamp after = write(group.node(next));

                assertThat(ahead.millis()).isEqualTo(NOON_MILLIS + HOUR_MILLIS);
                assertThat(after).isGreaterThan(ahead);
                assertThat(after.millis()).isLessThan(NOON_MILLIS + HOUR_MILLIS + 60_000);
                assertThat(wall(next)).hasValue(NOON_MILLIS);
            }
        }

        @Test
        void isSetBackByAnHourGoesOnFromItsNewestTimestamp() throws Exception {
            try (var group = three()) {
                TestNode leader = group.awaitLeader();
                Timestamp before = write(leader);

                wall(name(leader)).addAndGet(-HOUR_MILLIS);
                Timestamp after = write(leader);

                assertThat(after).isGreaterThan(before);
                assertThat(after.millis()).isLessThan(NOON_MILLIS + 60_000);
            }
        }
    }

    @Nested
    class AFollowerWhoseWallClock {
        @Test
        void isAnHourAheadDoesNotMoveTheGroupUntilItLeads() throws Exception {
            try (var group = three()) {
                String follower = name(group.follower());
                wall(follower).addAndGet(HOUR_MILLIS);

                Timestamp before = write(group.node(follower));
                group.handOver(follower);
                Timestamp after = write(group.node(follower));

                assertThat(before.millis()).isLessThan(NOON_MILLIS + 60_000);
                assertThat(after.millis()).isEqualTo(NOON_MILLIS + HOUR_MILLIS);
            }
        }

        @Test
        void isAnHourBehindLeadsAboveTheCeilingOfTheLeaderBefore() throws Exception {
            try (var group = three()) {
                String follower = name(group.follower());
                wall(follower).addAndGet(-HOUR_MILLIS);
                write(group.awaitLeader());
                Timestamp theirs = group.awaitLeader().clock().ceiling();

                group.handOver(follower);

                assertThat(write(group.node(follower))).isGreaterThan(theirs);
            }
        }
    }

    @Nested
    class WithoutAMajority {
        @Test
        void neitherAWriteNorAReadGetsATimeAboveTheCeiling() throws Exception {
            try (var group = three();
                    var network = new Partition()) {
                TestNode leader = group.awaitLeader();
                write(leader);
                network.cutOff(name(leader));
                wall(name(leader)).addAndGet(HOUR_MILLIS);

                assertNotReady(leader.put("key", "value"));
                assertNotReady(leader.raft().reader().get(Key.utf8("key"), ReadAt.LATEST, Consistency.LINEARIZABLE));
                assertThat(leader.clock().isCovered()).isFalse();
                assertThat(leader.clock().ceiling().millis()).isLessThan(NOON_MILLIS + 60_000);
            }
        }
    }

    private static void assertNotReady(CompletionStage<?> request) {
        assertThat(request)
                .failsWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .havingCause()
                .isInstanceOf(NotReady.class);
    }

    @Nested
    class WallClocksThatWander {
        @Test
        void bringNoTimestampBackWhoeverLeads() throws Exception {
            long seed = Long.getLong("skipstone.seed", System.nanoTime());
            var random = new Random(seed);
            try (var group = three()) {
                List<String> names = List.of("n1", "n2", "n3");
                Timestamp last = Timestamp.NONE;
                for (int step = 0; step < 12; step++) {
                    wall(names.get(random.nextInt(3)))
                            .addAndGet(random.nextLong(-3, 3) * HOUR_MILLIS + random.nextInt());
                    if (random.nextInt(3) == 0) {
                        group.handOver(names.get(random.nextInt(3)));
                    }
                    for (int i = 0; i < 5; i++) {
                        Timestamp next = write(group.node(names.get(random.nextInt(3))));

                        assertThat(next).as("seed %d", seed).isGreaterThan(last);
                        last = next;
                    }
                }
            }
        }
    }
}
