package io.skipstone.store;

import io.skipstone.model.Failpoint;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Position;
import io.skipstone.model.WriteAt;
import io.skipstone.store.Engine.MapFull;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.Unknown;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * The store in LMDB.
 *
 * <p>Opened in doubt ({@link StoreState.Unknown}) it refuses reads and writes with an {@link InvariantViolation}: whoever opens it
 * looks at {@link #openedAs} first, and puts the directory aside with {@link #quarantine} or stops.
 */
public final class LmdbStore implements CopyableStore {
    /** Format version of what is kept: docs/formats.md. */
    public static final int FORMAT_VERSION = MetaRecord.FORMAT_VERSION;

    /** The oldest format that is read. */
    public static final int OLDEST_FORMAT_VERSION = MetaRecord.OLDEST_FORMAT_VERSION;

    private final Engine engine;
    private final Layout layout;
    private final StoreConfig config;
    private final StoreState openedAs;
    private final SpaceGauge space;
    private final ReentrantLock writing = new ReentrantLock();
    private volatile StoreMeta meta;
    private volatile Optional<StoreFailure> broken = Optional.empty();

    /**
     * Whether the last sync failed: the newest tree may then be named on no disk, and the disk's own newest tree is the one before.
     * The next transaction but one reuses pages of that, so a sync comes first. Guarded by {@link #writing}.
     */
    private boolean owesSync;

    private LmdbStore(Engine engine, StoreState openedAs, Layout layout, StoreConfig config) {
        this.engine = engine;
        this.config = config;
        this.layout = layout;
        this.openedAs = openedAs;
        this.meta = openedAs instanceof Known(StoreMeta known) ? known : StoreMeta.EMPTY;
        this.space = new SpaceGauge(engine, config.directory(), System::nanoTime);
    }

    /** Opens the store, or finds out why not: see {@link #openedAs}. */
    public static LmdbStore open(StoreConfig config) {
        return open(config, Layout.STANDARD, UnaryOperator.identity());
    }

    /** With small layouts and failing engines for tests. */
    static LmdbStore open(StoreConfig config, Layout layout, UnaryOperator<Engine> wrap) {
        StoreOpener.Opened opened = StoreOpener.open(config, false);
        return new LmdbStore(wrap.apply(opened.engine()), opened.state(), layout, config);
    }

    /**
     * Moves the directory of a closed store aside, durably, and returns where it is now. Nothing is lost, and the next open finds
     * no store.
     */
    public static Path quarantine(Path directory) {
        return Quarantine.put(directory);
    }

    /** Looks into the directory of a stopped store without changing it. */
    public static StoreInspection inspect(StoreConfig config) {
        return StoreInspection.of(config);
    }

    /**
     * Opens the directory of a stopped store only to read.
     *
     * @return what {@code work} returned; empty if the store does not know what it holds
     */
    public static <T> Optional<T> readStopped(StoreConfig config, Function<ReadView, T> work) {
        return StoreInspection.read(config, work);
    }

    /**
     * Gives a stopped store to a new group, durably: index, revision, timestamps and data stay, the Raft configuration is emptied,
     * and the position's term becomes 0, which says that no entry of the new group is in it yet, for Raft counts terms from 1.
     *
     * @throws StoreFailure the store does not know its position, or the disk failed; then the copy is worth nothing
     */
    public static void foundGroup(StoreConfig config, UUID groupId) {
        NewGroup.found(config, groupId);
    }

    @Override
    public StoreState openedAs() {
        return openedAs;
    }

    @Override
    public StoreMeta meta() {
        if (openedAs instanceof Unknown(StoreState.Doubt doubt)) {
            throw new InvariantViolation("the store's state is unknown: " + doubt);
        }
        return meta;
    }

    @Override
    public <T> T write(WriteAt at, WriteWork<T> work) {
        return commit(at, work::run);
    }

    private interface Work<T> {
        T run(LmdbWriteTxn txn);
    }

    private <T> T commit(WriteAt at, Work<T> work) {
        writing.lock();
        try {
            refuseIfBroken();
            if (owesSync) {
                syncNow();
            }
            while (true) {
                try {
                    return attempt(at, work);
                } catch (MapFull full) {
                    // Each round doubles the map, up to its limit, where growing fails.
                    engine.grow();
                }
            }
        } catch (StoreFailure e) {
            broken = Optional.of(e);
            throw e;
        } finally {
            writing.unlock();
        }
    }

    private <T> T attempt(WriteAt at, Work<T> work) {
        try (Writing rows = engine.write()) {
            StoreMeta before = meta;
            checkSame(before, rows);
            if (at instanceof Position position) {
                before.advancedTo(position);
            }
            var txn = new LmdbWriteTxn(rows, layout, before, at);
            T result = work.run(txn);
            StoreMeta next = txn.finish();
            Failpoint.STORE_WRITTEN.hit();
            rows.put(Table.META, MetaRecord.ROW_KEY, MetaRecord.encode(next));
            Failpoint.STORE_BEFORE_COMMIT.hit();
            rows.commit();
            Failpoint.STORE_COMMITTED.hit();
            meta = next;
            return result;
        }
    }

    /** What this process committed last must be what it finds: else somebody else writes here, or the disk forgets. */
    private static void checkSame(StoreMeta expected, Reading rows) {
        StoreState found = rows.get(Table.META, MetaRecord.ROW_KEY)
                .map(MetaRecord::decode)
                .orElseGet(() -> new Known(StoreMeta.EMPTY));
        if (!found.equals(new Known(expected))) {
            throw new InvariantViolation("the meta record is not the one committed last");
        }
    }

    private void refuseIfBroken() {
        if (broken.isPresent()) {
            throw new StoreFailure("the store failed before and takes no more writes", broken.get());
        }
    }

    @Override
    public ReadView read() {
        Reading rows = engine.read();
        try {
            return new LmdbReadView(rows, layout, metaOf(rows));
        } catch (RuntimeException e) {
            rows.close();
            throw e;
        }
    }

    /** The meta that belongs to this view; {@link #meta} may be a write ahead of it. */
    static StoreMeta metaOf(Reading rows) {
        Optional<byte[]> record = rows.get(Table.META, MetaRecord.ROW_KEY);
        if (record.isEmpty()) {
            return StoreMeta.EMPTY;
        }
        if (MetaRecord.decode(record.get()) instanceof Known(StoreMeta known)) {
            return known;
        }
        throw new InvariantViolation("the meta record broke while the store was open");
    }

    @Override
    public void sync() {
        writing.lock();
        try {
            refuseIfBroken();
            boolean isRepeated = owesSync;
            try {
                syncNow();
            } catch (StoreFailure e) {
                if (isRepeated) {
                    broken = Optional.of(e);
                    throw new StoreFailure("the sync failed again, and the store takes no more writes", e);
                }
                throw new SyncFailure("the sync failed; it is repeated before the next write", e);
            }
        } finally {
            writing.unlock();
        }
    }

    private void syncNow() {
        owesSync = true;
        engine.sync();
        owesSync = false;
    }

    @Override
    public StoreConfig config() {
        return config;
    }

    @Override
    public void copyInto(Path emptyDirectory, long keepFreeBytes) throws IOException {
        growAhead();
        new StoreCopy(engine, keepFreeBytes).into(emptyDirectory);
    }

    /** Leaves as much free in the map as is in it, so that writers do not come to wait for a copy. */
    private void growAhead() {
        writing.lock();
        try {
            StoreStats stats = engine.stats();
            if (stats.mapBytes() - stats.usedBytes() < stats.usedBytes() && stats.mapBytes() < engine.maxMapBytes()) {
                engine.grow();
            }
        } finally {
            writing.unlock();
        }
    }

    @Override
    public boolean collect(int maxRows) {
        if (!hasGarbage()) {
            return false;
        }
        commit(WriteAt.UNLOGGED, txn -> {
            new GarbageCollector(txn.rows(), layout, txn.meta(), maxRows).run();
            return true;
        });
        return hasGarbage();
    }

    private boolean hasGarbage() {
        try (Reading rows = engine.read()) {
            return GarbageCollector.hasWork(rows, metaOf(rows));
        }
    }

    @Override
    public StoreStats stats() {
        return engine.stats();
    }

    @Override
    public StoreSpace space() {
        return space.space();
    }

    @Override
    public void close() {
        engine.close();
    }
}
