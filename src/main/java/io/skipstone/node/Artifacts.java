package io.skipstone.node;

import io.skipstone.consensus.Admin;
import io.skipstone.model.Release;
import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.snapshot.ArtifactMaker.Lease;
import io.skipstone.snapshot.ArtifactMaker.Making;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.store.CopyableStore;
import io.skipstone.store.DataDirectory;
import io.skipstone.store.DiskTrouble;
import io.skipstone.store.Store;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Artifacts of the running node's store. */
record Artifacts(ArtifactMaker maker, Store store, Admin admin) implements ArtifactSource {
    /** Clears away what an earlier process made: after the gate, which may use it. */
    static ArtifactMaker maker(Settings settings, DataDirectory directory, CopyableStore store) {
        var forMaker = new ArtifactMaker.Settings(
                directory.artifacts(), settings.nodeId(), Release.version(), settings.minFreeDiskBytes());
        try {
            return new ArtifactMaker(store, forMaker, System::currentTimeMillis);
        } catch (IOException failure) {
            DiskTrouble trouble = DiskTrouble.of(failure);
            throw new StartupException(
                    trouble.exitCode(),
                    directory.artifacts() + " cannot be used: " + trouble.advice() + " (" + failure + ")",
                    failure);
        }
    }

    @Override
    public CompletionStage<Lease> request(Duration maxAge) {
        if (store.meta().applied().isPresent()) {
            return maker.request(maxAge);
        }
        // Nothing was ever written: a pin brings in the position of Raft's own entries, and with it a copy can say
        // where it stands.
        return admin.pin().thenCompose(pinned -> maker.request(maxAge));
    }

    @Override
    public Optional<Lease> lease(String id) {
        return maker.lease(id);
    }

    @Override
    public Optional<Making> making() {
        return maker.making();
    }
}
