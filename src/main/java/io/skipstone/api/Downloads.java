package io.skipstone.api;

import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactSource;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The artifacts that are on their way to clients, over both doors. */
@Singleton
public class Downloads {
    /** Each holds an artifact on the disk and a piece of it in memory. */
    public static final int MAX_DOWNLOADS = 16;

    /** Threads that read pieces: a slow disk occupies these and no event loop; a slow client occupies none. */
    private static final int READERS = 4;

    private final ArtifactSource source;
    private final WorkerExecutor readers;
    private final Semaphore permits = new Semaphore(MAX_DOWNLOADS);

    @Inject
    Downloads(ArtifactSource source, Vertx vertx) {
        this.source = source;
        this.readers = vertx.createSharedWorkerExecutor("artifact-read", READERS, 1, TimeUnit.MINUTES);
    }

    /**
     * Begins to send an artifact. The caller closes the download.
     *
     * @throws Overloaded too many are under way
     * @throws RefusedException there is no such artifact any more
     */
    public Download open(String artifactId) {
        if (!permits.tryAcquire()) {
            throw new Overloaded("more than " + MAX_DOWNLOADS + " snapshots are being sent; wait and repeat");
        }
        try {
            Lease lease = source.lease(artifactId).orElseThrow(Downloads::gone);
            return new Download(lease, readers, permits::release);
        } catch (RuntimeException failure) {
            permits.release();
            throw failure;
        }
    }

    /** For tests and for whoever counts them. */
    public int underWay() {
        return MAX_DOWNLOADS - permits.availablePermits();
    }

    public static RefusedException gone() {
        return new RefusedException(
                ErrorMapping.NOT_FOUND, "snapshot_not_found", "this snapshot is not kept any more; ask for a new one");
    }
}
