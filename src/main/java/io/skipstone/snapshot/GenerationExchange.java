package io.skipstone.snapshot;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Invariants;
import io.skipstone.model.Position;
import io.skipstone.store.Generations;
import io.skipstone.store.Generations.Generation;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.StoreInUse;
import io.skipstone.store.StoreState;
import java.util.Optional;
import java.util.UUID;

/** In the directory of generations of a running node. */
public final class GenerationExchange implements StoreExchange {
    private final Generations generations;
    private final UUID group;
    private final StoreInUse store;
    private final long keepFreeBytes;

    /** Guarded by this, as the next two. */
    private Generation inUse;

    private Optional<Generation> published = Optional.empty();
    private Optional<Old> old = Optional.empty();

    /** No longer in use; there may be views of it. */
    private record Old(LmdbStore store, Generation generation) {}

    /**
     * For a node that has started.
     *
     * @param generations used by nobody else from now on
     * @param inUse the generation that {@code store} is
     * @param keepFreeBytes of the disk, which are promised to writes: no install takes them
     */
    public GenerationExchange(
            Generations generations, UUID group, StoreInUse store, Generation inUse, long keepFreeBytes) {
        this.generations = generations;
        this.group = group;
        this.store = store;
        this.inUse = inUse;
        this.keepFreeBytes = keepFreeBytes;
    }

    @Override
    public ArtifactStage begin(Manifest manifest) {
        return ArtifactStage.begin(generations, manifest, group, keepFreeBytes);
    }

    @Override
    public synchronized Position publish(ArtifactStage stage) {
        Position at = stage.manifest().contents().applied();
        long have = store.meta().applied().map(Position::index).orElse(-1L);
        Invariants.check(at.index() >= have, "a store at index {} in the place of one at {}", at.index(), have);
        published = Optional.of(stage.finishInstall());
        return at;
    }

    @Override
    public synchronized Position adopt() {
        Generation next = published.orElseThrow();
        LmdbStore opened = LmdbStore.open(generations.configOf(next.directory()));
        boolean inPlace = false;
        try {
            if (!(opened.openedAs() instanceof StoreState.Known(var meta))
                    || meta.applied().isEmpty()) {
                throw new StoreFailure(
                        "the installed store in " + next.directory() + " does not open: " + opened.openedAs());
            }
            Failpoint.INSTALL_OPENED.hit();
            old = Optional.of(new Old(store.exchange(opened), inUse));
            inPlace = true;
            inUse = next;
            published = Optional.empty();
            return meta.applied().orElseThrow();
        } finally {
            if (!inPlace) {
                opened.close();
            }
        }
    }

    @Override
    public void retire() {
        takeOld().ifPresent(gone -> {
            store.retire(gone.store());
            Failpoint.INSTALL_EXCHANGED.hit();
            generations.retire(gone.generation());
        });
    }

    private synchronized Optional<Old> takeOld() {
        Optional<Old> taken = old;
        old = Optional.empty();
        return taken;
    }
}
