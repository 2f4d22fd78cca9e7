package io.skipstone.consensus;

import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.model.Timestamp;
import java.util.concurrent.CompletionStage;

/** Where a read that promises something learns what it must wait for. Any thread; never blocks. */
interface ReadPoints {
    /**
     * Completes with a point behind everything that was acknowledged before this call, and behind everything that will ever be
     * committed at or below {@code pass}.
     *
     * <p>Fails with {@link BadRequest} ({@code at_in_future}: the leader's clock has not come to {@code pass}), {@link NotReady}, or
     * with what the log refused the barrier with, wrapped or not.
     *
     * @param pass {@link Timestamp#NONE} for a read of the newest state
     */
    CompletionStage<ReadPoint> next(Timestamp pass);
}
