package io.skipstone.snapshot;

import io.skipstone.model.Position;
import io.skipstone.store.StoreFailure;

/**
 * Takes a store from another member in, beside the one that the running node uses, and then in its place: {@link #begin}, {@link
 * #publish}, {@link #adopt}, {@link #retire}, in this order. Cut off anywhere, the next start goes on with the store that knows most.
 */
public interface StoreExchange {
    /** Begins, or goes on with what came of the same artifact: see {@link ArtifactStage#begin}. */
    ArtifactStage begin(Manifest manifest);

    /**
     * Makes the staged store one that the next start takes, durably; the running node goes on with its own until {@link #adopt}. From
     * here on the log up to the returned position may go, and must not grow before the store is adopted.
     *
     * @throws ArtifactException of the kind {@code UNREADABLE}: nobody knows whether it was published, so the process has to end, and its
     *     next start looks; of another kind: it was not
     */
    Position publish(ArtifactStage stage);

    /**
     * Opens the published store and puts it in the place of the one in use. On the apply thread.
     *
     * @return where the node's store stands now
     * @throws StoreFailure it does not open: the process has to end
     */
    Position adopt();

    /**
     * Closes the old store, once its readers are done, and deletes it.
     *
     * @throws StoreFailure some of them are not: it stays until the next start
     */
    void retire();
}
