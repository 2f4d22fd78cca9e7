package io.skipstone.api;

import static org.awaitility.Awaitility.await;

import io.skipstone.consensus.Reader;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Answers for a loop that is at something else. */
@Timeout(60)
class LoopTurnsTest {
    private final Vertx vertx = Vertx.vertx();
    private final Context loop = vertx.getOrCreateContext();
    private final CountDownLatch free = new CountDownLatch(1);
    private final AtomicInteger handed = new AtomicInteger();
    private final LoopTurns turns = new LoopTurns();

    @AfterEach
    void close() throws Exception {
        free.countDown();
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void answers(int count, int bytes, String thread) {
        loop.runOnContext(here -> awaitFree());
        for (int i = 0; i < count; i++) {
            Thread.ofPlatform().daemon().name(thread + i).start(() -> {
                turns.await(bytes, loop);
                handed.incrementAndGet();
            });
        }
    }

    private void awaitFree() {
        try {
            free.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void longOnesWaitUntilItComesToThoseBefore() {
        answers(LoopTurns.MOST + 1, LoopTurns.LONG_BYTES, Reader.THREAD);
        await().until(() -> handed.get() == LoopTurns.MOST);

        free.countDown();

        await().until(() -> handed.get() == LoopTurns.MOST + 1);
    }

    @Test
    void shortOnesWaitForNobody() {
        answers(LoopTurns.MOST + 1, LoopTurns.LONG_BYTES - 1, Reader.THREAD);

        await().until(() -> handed.get() == LoopTurns.MOST + 1);
    }

    /** The apply thread is one. */
    @Test
    void onThreadsThatDoNotReadWaitForNobody() {
        answers(LoopTurns.MOST + 1, LoopTurns.LONG_BYTES, "other-");

        await().until(() -> handed.get() == LoopTurns.MOST + 1);
    }
}
