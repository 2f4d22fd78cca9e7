package io.skipstone.consensus;

import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.snapshot.ArtifactSource;
import io.skipstone.snapshot.GenerationExchange;
import io.skipstone.snapshot.SkipGate;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.snapshot.StartFacts;
import io.skipstone.snapshot.StoreExchange;
import io.skipstone.snapshot.Voters;
import io.skipstone.store.Generations;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreInUse;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** The store of a node as it lies on disk: opened as a start of the process opens it, with the gate's word on it. */
final class LmdbHome implements AutoCloseable {
    private static final long MAP_BYTES = 256L << 20;

    private final StoreInUse store;
    private final ArtifactMaker maker;
    private final StoreExchange exchange;
    private final StartDecision decision;

    private LmdbHome(Path dir, TestNode.Setup setup) throws IOException {
        var generations = new Generations(new StoreConfig(
                dir.resolve("store"),
                dir.resolve("native"),
                MAP_BYTES,
                MAP_BYTES,
                StoreConfig.DEFAULT_MAX_VIEWS,
                SyncMode.META_DEFERRED));
        Generations.Opened opened = generations.open();
        decision = SkipGate.decide(
                opened.store().openedAs(),
                RaftLogDirectory.of(setup.dir(), setup.group()).extent(),
                new StartFacts(setup.group(), Voters.SEVERAL, generations.installedAt(opened.generation())),
                List::of);
        generations.settle(opened);
        store = new StoreInUse(opened.store());
        exchange = new GenerationExchange(generations, setup.group(), store, opened.generation(), 0);
        maker = new ArtifactMaker(
                store,
                new ArtifactMaker.Settings(
                        dir.resolve("artifact"), setup.member().nodeId(), "test", 0),
                System::currentTimeMillis);
    }

    /** Opens it, and gives it to the node that is about to start. */
    static LmdbHome open(TestNode.Setup setup, UnaryOperator<ArtifactSource> source) throws IOException {
        var home = new LmdbHome(setup.dir().resolveSibling(setup.dir().getFileName() + "-home"), setup);
        setup.store(home.store, source.apply(home.maker), home.exchange);
        return home;
    }

    /** What the gate said. */
    StartDecision decision() {
        return decision;
    }

    StoreInUse store() {
        return store;
    }

    @Override
    public void close() {
        maker.close();
        store.close();
    }
}
