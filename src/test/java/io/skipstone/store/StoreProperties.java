package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.WriteAt;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Random scripts, played to LMDB and to the model: every answer is the same, whenever the process crashed. */
class StoreProperties {
    /** Small, so that short keys have layers, small values pieces, and small entries several rows in the change log. */
    private static final Layout SMALL = new Layout(4, 8, 12);

    private static final int STEPS = 40;
    private static final int CRASH_STEPS = 6;

    @TempDir
    Path directory;

    private int opened;

    static LongStream seeds() {
        return Seeds.first(8);
    }

    static LongStream crashSeeds() {
        return Seeds.first(2);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void lmdbAnswersLikeTheModel(long seed) {
        Script script = Script.of(seed, STEPS);
        for (int run = 0; run < 2; run++) {
            var fresh = new SortedMapStore();
            var engine = new AtomicReference<FailingEngine>();
            try (Store lmdb = open(freshDirectory(), engine)) {
                for (Script.Step step : script.steps()) {
                    step.play(fresh);
                    step.play(lmdb);
                    assertThat(StoreImage.sample(lmdb, seed)).isEqualTo(StoreImage.sample(fresh, seed));
                }
                assertThat(StoreImage.of(lmdb, seed)).isEqualTo(StoreImage.of(fresh, seed));
                assertThatGarbageIsGone(fresh, lmdb, engine.get());
                assertThat(StoreImage.of(lmdb, seed)).isEqualTo(StoreImage.of(fresh, seed));
            }
        }
    }

    /** What is left is what the model has, and nothing is left without an owner: no layer, no piece, no expiry. */
    private static void assertThatGarbageIsGone(SortedMapStore model, Store lmdb, Engine engine) {
        model.collect(1);
        while (lmdb.collect(7)) {
            assertThat(lmdb.stats().keyRows()).isGreaterThanOrEqualTo(model.versionCount());
        }
        long versions = 0;
        long pieces = 0;
        long expiring = 0;
        try (Engine.Reading reading = engine.read()) {
            Engine.Rows rows = reading.rows(Engine.Table.KV);
            for (boolean more = rows.seek(KeyCodec.rootLayer()); more; more = rows.next()) {
                switch (KeyRow.decode(rows.key(), rows.row())) {
                    case KeyRow.Link(long childId) -> assertThatLayerHasRows(engine, childId);
                    case KeyRow.Version version -> {
                        versions++;
                        expiring += version.expiresAt().isNone() ? 0 : 1;
                        pieces += version.content() instanceof KeyRow.Content.Pieces big
                                ? Math.ceilDiv(big.length(), SMALL.pieceBytes())
                                : 0;
                    }
                }
            }
            assertThat(versions).isEqualTo(model.versionCount());
            assertThat(reading.rowCount(Engine.Table.BIG)).isEqualTo(pieces);
            assertThat(reading.rowCount(Engine.Table.EXPIRY)).isLessThanOrEqualTo(expiring);
            assertThat(reading.rowCount(Engine.Table.DEDUP)).isEqualTo(reading.rowCount(Engine.Table.DEDUP_EXPIRY));
        }
    }

    private static void assertThatLayerHasRows(Engine engine, long childId) {
        byte[] layer = KeyCodec.childLayer(childId);
        try (Engine.Reading reading = engine.read()) {
            Engine.Rows rows = reading.rows(Engine.Table.KV);
            assertThat(rows.seek(layer) && KeyCodec.startsWith(rows.key(), layer))
                    .isTrue();
        }
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("crashSeeds")
    @DisplayName("afterACrashAtAnyStepTheStoreHoldsWholeWritesOnly [AlreadyLandedRequiresEveryMutationKey]")
    void afterACrashAtAnyStepTheStoreHoldsWholeWritesOnly(long seed) {
        Script script = Script.of(seed, CRASH_STEPS);
        long steps = stepsOf(script);
        for (long crashAt = 0; crashAt < steps; crashAt++) {
            Path where = freshDirectory();
            var before = new SortedMapStore();
            var after = new SortedMapStore();
            int played = playUntilCrash(script, where, crashAt, before, after);

            try (Store reopened = open(where)) {
                boolean committed = !reopened.meta().equals(metaLike(reopened, before));
                Store expected = committed ? after : before;
                assertThat(StoreImage.of(reopened, seed))
                        .as("seed %s, crash at %s", seed, crashAt)
                        .isEqualTo(StoreImage.of(expected, seed));
                for (Script.Step step : script.steps()
                        .subList(played + (committed ? 1 : 0), script.steps().size())) {
                    step.play(expected);
                    step.play(reopened);
                }
                assertThat(StoreImage.sample(reopened, seed)).isEqualTo(StoreImage.sample(expected, seed));
            }
        }
    }

    /** The model's meta with the counters of rows, which the model does not have. */
    private static StoreMeta metaLike(Store lmdb, Store model) {
        return model.meta()
                .withNextChildId(lmdb.meta().nextChildId())
                .withNextBigId(lmdb.meta().nextBigId());
    }

    private long stepsOf(Script script) {
        var engine = new AtomicReference<FailingEngine>();
        try (Store store = open(freshDirectory(), engine)) {
            script.steps().forEach(step -> step.play(store));
        }
        return engine.get().steps();
    }

    /** Plays to LMDB and to both models; {@code after} is one step ahead when the crash comes. Returns the steps that were done. */
    private int playUntilCrash(Script script, Path where, long crashAt, Store before, Store after) {
        var engine = new AtomicReference<FailingEngine>();
        try (Store store = open(where, engine)) {
            engine.get().failAfter(crashAt);
            for (int played = 0; played < script.steps().size(); played++) {
                Script.Step step = script.steps().get(played);
                step.play(after);
                try {
                    step.play(store);
                } catch (StoreFailure crash) {
                    assertThatThrownBy(() -> store.write(WriteAt.UNLOGGED, txn -> true))
                            .isInstanceOf(StoreFailure.class);
                    return played;
                }
                step.play(before);
            }
        }
        throw new AssertionError("no crash at step " + crashAt);
    }

    private Path freshDirectory() {
        return directory.resolve("kv-" + opened++);
    }

    private Store open(Path where) {
        return open(where, new AtomicReference<>());
    }

    private Store open(Path where, AtomicReference<FailingEngine> engine) {
        var config = StoreConfig.of(where, directory.resolve("native"));
        return LmdbStore.open(config, SMALL, real -> {
            engine.set(new FailingEngine(real));
            return engine.get();
        });
    }
}
