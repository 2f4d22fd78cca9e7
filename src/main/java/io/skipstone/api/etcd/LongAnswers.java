package io.skipstone.api.etcd;

import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.model.SkipstoneException.TooLarge;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.IntFunction;

/**
 * Bounds what answers of this API take, which has no pages: most are short, a few at a time may be long, and none is longer than that.
 */
@Singleton
class LongAnswers {
    private static final int SHORT_BYTES = 2 << 20;
    private static final int LONG_BYTES = 32 << 20;
    private static final int LONG_AT_ONCE = 4;

    private final Semaphore permits = new Semaphore(LONG_AT_ONCE);

    /**
     * Reads what is short, and else once more as what is long. The stage fails with {@link TooLarge} for what is longer, and with {@link
     * Overloaded} if too many long answers are being made.
     *
     * @param read within so many bytes of rows, or {@link TooLarge}
     */
    <A> CompletionStage<A> within(IntFunction<CompletionStage<A>> read) {
        return read.apply(SHORT_BYTES)
                .handle((answer, failure) -> failure == null
                        ? CompletableFuture.completedStage(answer)
                        : isTooLarge(failure) ? atLength(read) : CompletableFuture.<A>failedStage(failure))
                .thenCompose(Function.identity());
    }

    private <A> CompletionStage<A> atLength(IntFunction<CompletionStage<A>> read) {
        if (!permits.tryAcquire()) {
            return CompletableFuture.failedStage(
                    new Overloaded("as many long answers are being made as may be at once (" + LONG_AT_ONCE
                            + "); repeat, or ask for less"));
        }
        return read.apply(LONG_BYTES).whenComplete((_, _) -> permits.release());
    }

    private static boolean isTooLarge(Throwable failure) {
        return failure instanceof TooLarge
                || (failure instanceof CompletionException && failure.getCause() instanceof TooLarge);
    }
}
