package io.skipstone.consensus;

import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactMaker.Making;
import io.skipstone.snapshot.ArtifactSource;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Artifacts that may never come. */
record SilentSource(ArtifactSource artifacts, BooleanSupplier isSilent) implements ArtifactSource {
    @Override
    public CompletionStage<Lease> request(Duration maxAge) {
        return isSilent.getAsBoolean() ? new CompletableFuture<>() : artifacts.request(maxAge);
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
