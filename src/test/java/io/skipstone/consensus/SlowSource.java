package io.skipstone.consensus;

import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactMaker.Making;
import io.skipstone.snapshot.ArtifactSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** Artifacts that are made at once and handed out when a test says so. */
record SlowSource(ArtifactSource artifacts, CountDownLatch asked, CompletableFuture<Boolean> mayGo)
        implements ArtifactSource {
    @Override
    public CompletionStage<Lease> request(Duration maxAge) {
        return artifacts
                .request(maxAge)
                .whenComplete((_, _) -> asked.countDown())
                .thenCombine(mayGo, (lease, _) -> lease);
    }

    @Override
    public Optional<Lease> lease(String id) {
        return artifacts.lease(id);
    }

    @Override
    public Optional<Making> making() {
        return artifacts.making();
    }
}
