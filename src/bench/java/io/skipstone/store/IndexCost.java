package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Invariants;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to keep the applied index in the transaction of the data: one write transaction with the rows of some puts, each
 * an entry of its own, with the meta record and without it.
 *
 * <p>A sync varies by more than the index costs, and the machine changes from second to second. So the variants take turns by
 * lot on one store, and each iteration prints their medians; the score itself, an average over all of them, says little.
 *
 * <p>The puts go straight to the engine and read nothing first, so the share of the index comes out larger than in the store.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 3)
public class IndexCost {
    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 100;

    /** As long as that of three peers with host names. */
    private static final int CONFIGURATION_BYTES = 200;

    private static final long SEED = 1;
    private static final int SIGNIFICANT_DIGITS = 4;

    private static final List<Variant> VARIANTS = List.of(Variant.values());

    /** Where the store lies. */
    public enum Medium {
        DISK(Path.of("target", "bench")),
        MEMORY(Path.of("/dev/shm"));

        private final Path parent;

        Medium(Path parent) {
            this.parent = parent;
        }
    }

    /** What a transaction does about the index. */
    private enum Variant {
        NO_INDEX,
        WRITTEN,
        /** As {@link LmdbStore} does it: the record found must also be the one written last. */
        WRITTEN_AND_COMPARED
    }

    @Param({"1", "64"})
    private int puts;

    /** The sync of a disk varies by more than the index costs; memory has none of it. */
    @Param({"DISK", "MEMORY"})
    private Medium medium;

    private final Map<Variant, Histogram> nanos = new EnumMap<>(Variant.class);
    private final Key[] keys = new Key[KEYS];
    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Bytes value = Bytes.wrap(new byte[VALUE_BYTES]);
    private BenchDirectory directory;
    private Engine engine;
    private StoreMeta meta;
    private StoreMeta written;

    /** Each iteration starts with a small store, so that all of them meet the same. */
    @Setup(Level.Iteration)
    public void open() throws IOException {
        VARIANTS.forEach(variant -> nanos.put(variant, new Histogram(SIGNIFICANT_DIGITS)));
        directory = BenchDirectory.under(medium.parent);
        engine = LmdbEngine.open(directory.storeConfig(), false);
        meta = new StoreMeta(
                Optional.of(new Position(1, 1)),
                0,
                Timestamp.ofMillis(1),
                Timestamp.NONE,
                0,
                Timestamp.NONE,
                Bytes.wrap(new byte[CONFIGURATION_BYTES]),
                Optional.of(new UUID(1, 1)),
                1,
                1);
        try (Writing rows = engine.write()) {
            for (int id = 0; id < KEYS; id++) {
                keys[id] = Key.utf8(String.format("user/%08d", id));
                put(rows, keys[id]);
            }
            writeIndex(rows);
            rows.commit();
        }
        engine.sync();
    }

    @TearDown(Level.Iteration)
    public void close() throws IOException {
        double base = medianMicros(Variant.NO_INDEX);
        for (Variant variant : VARIANTS) {
            double median = medianMicros(variant);
            System.out.printf("%n    %-20s median %8.2f us, ratio %.3f", variant, median, median / base);
        }
        System.out.println();
        engine.close();
        directory.close();
    }

    /** One transaction of a variant drawn by lot, timed apart from the others. */
    @Benchmark
    public void transaction() {
        Variant variant = VARIANTS.get(random.nextInt(VARIANTS.size()));
        long startNanos = System.nanoTime();
        write(variant);
        nanos.get(variant).recordValue(System.nanoTime() - startNanos);
    }

    private void write(Variant variant) {
        try (Writing rows = engine.write()) {
            if (variant == Variant.WRITTEN_AND_COMPARED) {
                compareIndex(rows);
            }
            putAll(rows);
            if (variant != Variant.NO_INDEX) {
                writeIndex(rows);
            }
            rows.commit();
        }
    }

    private void putAll(Writing rows) {
        for (int i = 0; i < puts; i++) {
            put(rows, keys[random.nextInt(KEYS)]);
        }
    }

    /** The rows of a put: a version of the key and a row of the change log. */
    private void put(Writing rows, Key key) {
        long index = meta.applied().orElseThrow().index() + 1;
        meta = meta.advancedTo(new Position(1, index))
                .withLastCommitTs(meta.lastCommitTs().next())
                .withRevision(meta.revision() + 1);
        byte[] encoded = KeyCodec.encode(key.bytes().array());
        byte[] prefix = KeyCodec.join(KeyCodec.rootLayer(), encoded, 0, encoded.length);
        byte[] rowKey = KeyCodec.versionKey(prefix, meta.lastCommitTs().bits());
        var version = new KeyRow.Version(
                Timestamp.NONE, meta.revision(), meta.revision(), 1, 0, new KeyRow.Content.Inline(value));
        rows.put(Table.KV, rowKey, version.encode(rowKey));
        var changes = new ChangeLogWriter(rows, Layout.STANDARD.pieceBytes());
        changes.begin(meta.revision(), meta.lastCommitTs());
        changes.add(key);
        changes.flush();
    }

    private double medianMicros(Variant variant) {
        return nanos.get(variant).getValueAtPercentile(50) / 1_000.0;
    }

    private void compareIndex(Writing rows) {
        StoreState found =
                rows.get(Table.META, MetaRecord.ROW_KEY).map(MetaRecord::decode).orElseThrow();
        Invariants.check(found.equals(new StoreState.Known(written)), "the meta record is not the one committed last");
    }

    private void writeIndex(Writing rows) {
        rows.put(Table.META, MetaRecord.ROW_KEY, MetaRecord.encode(meta));
        written = meta;
    }
}
