package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.skipstone.model.SkipstoneException.NotReady;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader that hands the lead over on purpose, while clients write. */
class HandoverTest {
    @Nested
    class UnderLoad {
        private static final int WRITERS_A_NODE = 64;
        private static final int HANDOVERS = 8;

        @TempDir
        private Path temp;

        private final AtomicInteger written = new AtomicInteger();
        private volatile boolean enough;

        @Test
        void failsNoWriteOnAnyNodeAlthoughNoneMayBeRepeated() throws Exception {
            try (var group = TestGroup.of(temp, 3).awaitReady()) {
                List<CompletableFuture<Void>> writers = new ArrayList<>();
                for (TestNode node : group.nodes()) {
                    for (int number = 0; number < WRITERS_A_NODE; number++) {
                        writers.add(write(node, "key/" + number, 0));
                    }
                }

                for (int times = 0; times < HANDOVERS; times++) {
                    int before = written.get();
                    handOver(group.awaitLeader());
                    await().atMost(Duration.ofSeconds(30)).until(() -> written.get() > before + 1_000);
                }

                enough = true;
                for (CompletableFuture<Void> writer : writers) {
                    writer.get(30, SECONDS);
                }
            }
        }

        /** On a busy machine the other may not take it in time: that is told, and is no failed write. */
        private static void handOver(TestNode leader) throws Exception {
            try {
                leader.raft()
                        .cluster()
                        .transferLeadership(Optional.empty())
                        .toCompletableFuture()
                        .get(60, SECONDS);
            } catch (ExecutionException refused) {
                assertThat(refused).hasCauseInstanceOf(NotReady.class);
            }
        }

        /** One after the other, until it is enough or one has failed. */
        private CompletableFuture<Void> write(TestNode node, String key, int number) {
            return node.put(key, Integer.toString(number)).thenCompose(_ -> {
                written.incrementAndGet();
                return enough
                        ? CompletableFuture.completedFuture(null)
                        : CompletableFuture.supplyAsync(() -> number + 1).thenCompose(next -> write(node, key, next));
            });
        }
    }

    @Nested
    class Waits {
        private final AtomicInteger inFlight = new AtomicInteger(1);
        private final Leadership leadership = Leaderships.alone(() -> {}, () -> {});
        private final Handover handover = new Handover(leadership, inFlight::get);
        private final CompletableFuture<Void> asked = new CompletableFuture<>();
        private final CompletableFuture<String> transfer = new CompletableFuture<>();

        {
            leadership.elected(1);
            leadership.won(leadership.epoch());
        }

        @Test
        void untilTheWritesInFlightHaveEndedAndTakesNoNewOnes() {
            assertThat(leadership.isServing()).isTrue();

            var done = begin();

            assertThat(leadership.isServing()).isFalse();
            assertThat(asked).isNotDone();
            inFlight.set(0);
            await().until(asked::isDone);
            assertThat(leadership.isServing()).isFalse();
            transfer.complete("handed over");
            assertThat(done).succeedsWithin(Duration.ofSeconds(30)).isEqualTo("handed over");
        }

        @Test
        void notForEver() {
            var _ = begin();

            await().atMost(Duration.ofSeconds(30)).until(asked::isDone);
        }

        @Test
        void andServesAgainIfTheLeadIsNotTaken() {
            inFlight.set(0);
            var done = begin();
            await().until(asked::isDone);

            transfer.completeExceptionally(new IllegalStateException("nobody wants it"));

            assertThat(done).failsWithin(Duration.ofSeconds(30));
            assertThat(leadership.isServing()).isTrue();
        }

        @Test
        void untilTheLastOfTwoHandOversHasEnded() {
            inFlight.set(0);
            var first = begin();
            var secondTransfer = new CompletableFuture<String>();
            var second = handover.whenSettled(() -> secondTransfer).toCompletableFuture();

            transfer.completeExceptionally(new IllegalStateException("nobody wants it"));

            assertThat(first).failsWithin(Duration.ofSeconds(30));
            assertThat(leadership.isServing()).isFalse();
            secondTransfer.complete("handed over");
            assertThat(second).succeedsWithin(Duration.ofSeconds(30));
            assertThat(leadership.isServing()).isTrue();
        }

        private CompletableFuture<String> begin() {
            return handover.whenSettled(() -> {
                        asked.complete(null);
                        return transfer;
                    })
                    .toCompletableFuture();
        }
    }
}
