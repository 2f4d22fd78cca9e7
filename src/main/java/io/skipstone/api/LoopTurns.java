package io.skipstone.api;

import io.skipstone.consensus.Reader;
import io.vertx.core.Context;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Keeps threads that read from being further ahead of the event loops than a few long answers: an answer that was read stays in memory until the
 * loop of its client comes to it, and reading is the faster of the two.
 */
@Singleton
public class LoopTurns {
    /** Long answers that were read and have not had their turn. */
    static final int MOST = 8;

    /** Shorter ones wait for nobody: as many as may be read at once are little. */
    static final int LONG_BYTES = 16 << 10;

    /** A loop that stands still for longer holds up nobody else's reads. */
    private static final long MOST_MILLIS = 2_000;

    private final Semaphore turns = new Semaphore(MOST);

    /**
     * Waits for a turn, where a long answer has been read; to be called before it is handed to its loop.
     *
     * @param context of the client
     */
    public void await(int answerBytes, Context context) {
        if (answerBytes >= LONG_BYTES && Reader.isReading() && take()) {
            // Its turn comes right before that of the answer, and comes whatever becomes of that.
            context.runOnContext(here -> turns.release());
        }
    }

    private boolean take() {
        try {
            return turns.tryAcquire(MOST_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
