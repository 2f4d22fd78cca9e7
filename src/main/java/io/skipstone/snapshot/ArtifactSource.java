package io.skipstone.snapshot;

import io.skipstone.model.SkipstoneException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Where copies of this node's store are to be had, whatever the node is doing. Any thread. */
public interface ArtifactSource {
    /**
     * Asks for an artifact: see {@link ArtifactMaker#request}. While the node starts or stops the stage fails with {@link
     * SkipstoneException.NotReady}.
     *
     * @return the caller closes the lease, on any thread
     */
    CompletionStage<ArtifactMaker.Lease> request(Duration maxAge);

    /**
     * A lease on an artifact that is still there; empty when it is not kept any more.
     *
     * @throws SkipstoneException.NotReady the node starts or stops
     */
    Optional<ArtifactMaker.Lease> lease(String id);

    /** How far the copy under way has come; empty while there is none. */
    Optional<ArtifactMaker.Making> making();
}
