package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Position;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendsInTurnTest {
    /** Where Ratis begins with a message for its log. */
    private static final String APPEND_ENTRIES = "RaftServerImpl.appendEntries";

    private static final int MESSAGES = 500;
    private static final long A_WHILE_NANOS = 200_000;

    @TempDir
    private Path temp;

    @AfterEach
    void lookNoMore() {
        CodeInjectionForTesting.remove(APPEND_ENTRIES);
    }

    @Test
    void ratisHasOneMessageForItsLogAtATimeWhateverItsStream() throws Exception {
        var inside = new AtomicInteger();
        var most = new AtomicInteger();
        try (var group = TestGroup.of(temp, 3).awaitReady()) {
            TestNode follower = group.aloneWithoutALead();
            Position last = follower.status().applied().orElseThrow();
            try (var one = new LeaderStream(group, group.others(follower).getFirst(), follower);
                    var other = new LeaderStream(group, group.others(follower).getLast(), follower)) {
                CodeInjectionForTesting.put(APPEND_ENTRIES, (_, _, _) -> {
                    most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                    LockSupport.parkNanos(A_WHILE_NANOS);
                    inside.decrementAndGet();
                    return true;
                });

                for (int i = 0; i < MESSAGES; i++) {
                    one.send(LeaderStream.request(100, last));
                    other.send(LeaderStream.request(101, last));
                }
                for (int i = 0; i < MESSAGES; i++) {
                    one.awaitReply();
                    other.awaitReply();
                }
            }
        }

        assertThat(most.get()).isEqualTo(1);
    }

    @Test
    void aVoteDoesNotWaitForTheLog() throws Exception {
        var inLog = new CountDownLatch(1);
        var voted = new CountDownLatch(1);
        try (var group = TestGroup.of(temp, 3).awaitReady()) {
            TestNode follower = group.aloneWithoutALead();
            Position last = follower.status().applied().orElseThrow();
            try (var leader = new LeaderStream(group, group.others(follower).getFirst(), follower)) {
                CodeInjectionForTesting.put(APPEND_ENTRIES, (_, _, _) -> {
                    inLog.countDown();
                    return awaits(voted);
                });
                leader.send(LeaderStream.request(100, last));
                assertThat(inLog.await(30, SECONDS)).isTrue();

                assertThat(leader.askForAVote(1, last).getServerReply().getReplyId())
                        .isNotEmpty();

                voted.countDown();
                leader.awaitReply();
            }
        } finally {
            voted.countDown();
        }
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(30, SECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
