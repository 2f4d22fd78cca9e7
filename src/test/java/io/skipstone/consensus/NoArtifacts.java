package io.skipstone.consensus;

import io.skipstone.model.Position;
import io.skipstone.model.SkipstoneException.NotReady;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactMaker.Making;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.ArtifactStage;
import io.skipstone.snapshot.Manifest;
import io.skipstone.snapshot.StoreExchange;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Of a store in memory: nothing to copy, and nowhere to put a copy. */
final class NoArtifacts implements ArtifactSource, StoreExchange {
    private static NotReady inMemory() {
        return new NotReady("the store of this node is in memory");
    }

    @Override
    public CompletionStage<Lease> request(Duration maxAge) {
        return CompletableFuture.failedStage(inMemory());
    }

    @Override
    public Optional<Lease> lease(String id) {
        return Optional.empty();
    }

    @Override
    public Optional<Making> making() {
        return Optional.empty();
    }

    @Override
    public ArtifactStage begin(Manifest manifest) {
        throw inMemory();
    }

    @Override
    public Position publish(ArtifactStage stage) {
        throw inMemory();
    }

    @Override
    public Position adopt() {
        throw inMemory();
    }

    @Override
    public void retire() {
        throw inMemory();
    }
}
