package io.skipstone.consensus;

import io.skipstone.model.Position;
import java.util.concurrent.CompletionStage;

/** What an operator may ask of this node. */
public interface Admin {
    /**
     * Pins the store now: when the stage completes, the store holds this position also after a power loss, and the log up
     * to it may be purged. Fails with a {@code SkipstoneException}.
     */
    CompletionStage<Position> pin();
}
