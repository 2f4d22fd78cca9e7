package io.skipstone.api.rest;

import io.skipstone.api.Downloads;
import io.skipstone.model.SkipstoneException.Overloaded;
import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.Manifest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * The snapshots that clients have asked for: a copy can take longer than a request may, so a client asks, looks how far it is, and
 * fetches it. Any thread.
 */
@Singleton
class SnapshotJobs {
    /** The oldest one that is done is forgotten for a new one; the artifact itself is kept as long as its maker keeps it. */
    static final int MAX_JOBS = 64;

    private final ArtifactSource source;

    /** Oldest first. Guarded by this. */
    private final Map<String, Job> jobs = new LinkedHashMap<>();

    @Inject
    SnapshotJobs(ArtifactSource source) {
        this.source = source;
    }

    /**
     * One request for a snapshot.
     *
     * @param made what it came to, once it has
     */
    record Job(String id, CompletableFuture<Made> made) {}

    /** A snapshot that can be fetched, as long as it is kept. */
    record Made(String artifactId, long lengthBytes, Manifest manifest) {
        static Made of(Lease lease) {
            try (lease) {
                var artifact = lease.artifact();
                return new Made(artifact.id(), artifact.lengthBytes(), artifact.manifest());
            }
        }
    }

    /**
     * Asks for a copy that begins after this call.
     *
     * @throws Overloaded too many are being made
     */
    Job start() {
        var job = new Job(UUID.randomUUID().toString(), new CompletableFuture<>());
        register(job);
        // Inside a stage, so that a request that throws ends its job too, and does not take a place for ever.
        var _ = CompletableFuture.completedFuture(Duration.ZERO)
                .thenCompose(source::request)
                .thenApply(Made::of)
                .whenComplete((made, failure) -> {
                    if (failure == null) {
                        job.made().complete(made);
                    } else {
                        job.made().completeExceptionally(failure);
                    }
                });
        return job;
    }

    private synchronized void register(Job job) {
        if (jobs.size() >= MAX_JOBS && !forgetOldestDone()) {
            throw new Overloaded("more than " + MAX_JOBS + " snapshots are being made; wait and repeat");
        }
        jobs.put(job.id(), job);
    }

    private boolean forgetOldestDone() {
        for (Iterator<Job> oldestFirst = jobs.values().iterator(); oldestFirst.hasNext(); ) {
            if (oldestFirst.next().made().isDone()) {
                oldestFirst.remove();
                return true;
            }
        }
        return false;
    }

    /** Throws {@code RefusedException} when there is no such job. */
    synchronized Job find(String id) {
        Job job = jobs.get(id);
        if (job == null) {
            throw Downloads.gone();
        }
        return job;
    }

    /** How far the copy under way has come: this job's, or the one before it. */
    ArtifactMaker.Making making() {
        return source.making().orElse(new ArtifactMaker.Making(0, 0));
    }
}
