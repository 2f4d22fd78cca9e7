package io.skipstone.store;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.skipstone.model.Failpoint;
import io.skipstone.model.InvariantViolation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.CopyFlags;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.EnvInfo;
import org.lmdbjava.LmdbException;
import org.lmdbjava.Stat;
import org.lmdbjava.Txn;

/**
 * LMDB through lmdbjava.
 *
 * <p>Each open view holds a permit. Growing and closing take all of them, because LMDB moves or drops the memory that open views
 * look at. Permits are handed out in order, so a stream of readers cannot keep the map from growing.
 *
 * <p>A copy looks at that memory too, for as long as the disk takes. It has a permit of its own, so that the map waits for it before it
 * asks readers to stand still.
 */
final class LmdbEngine implements Engine {
    /** Longest wait for a view to be given, or for all of them to be given back. */
    static final long VIEW_WAIT_MILLIS = 10_000;

    /** Longest wait of a growing map for the copy under way: at 30 MB/s it is done with 100 GB. */
    static final long COPY_WAIT_MILLIS = 3_600_000;

    private static final int OWNER_ONLY = 0600;

    /** An environment in the making. */
    private static final String DRAFT = "data.mdb.new";

    /** Environments of this process: opened twice, the first one closed would take the locks of the other with it. */
    private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

    private final Env<byte[]> env;
    private final Map<Table, Dbi<byte[]>> tables;
    private final StoreConfig config;
    private final Path name;
    private final Semaphore views;
    private final Semaphore copying = new Semaphore(1, true);
    private final ConcurrentLinkedDeque<LmdbReading> idle = new ConcurrentLinkedDeque<>();

    /** Changed while {@link #copying} is held. */
    private boolean closed;

    private LmdbEngine(Env<byte[]> env, Map<Table, Dbi<byte[]>> tables, StoreConfig config, Path name) {
        this.env = env;
        this.tables = tables;
        this.config = config;
        this.name = name;
        this.views = new Semaphore(config.maxViews(), true);
    }

    /**
     * @throws LmdbException LMDB refuses the file
     * @throws IOException the directory cannot be made or read
     */
    static LmdbEngine open(StoreConfig config, boolean readOnly) throws IOException {
        NativeLibraries.unpackInto(config.nativeDirectory());
        Directories.make(config.directory());
        Path name = config.directory().toRealPath();
        if (!OPEN.add(name)) {
            throw new InvariantViolation("the store is open in this process already");
        }
        try {
            return open(config, readOnly, name);
        } catch (RuntimeException | IOException e) {
            OPEN.remove(name);
            throw e;
        }
    }

    private static LmdbEngine open(StoreConfig config, boolean readOnly, Path name) throws IOException {
        if (!readOnly && !StoreOpener.holdsStore(config.directory())) {
            makeWhole(config);
        }
        Env<byte[]> env = Env.create(ByteArrayProxy.PROXY_BA)
                .setMapSize(config.mapBytes())
                .setMaxDbs(Table.values().length)
                // One for each view, and one for the copy under way.
                .setMaxReaders(config.maxViews() + 1)
                .open(config.directory().toFile(), OWNER_ONLY, flags(config.syncMode(), readOnly));
        try {
            new FileLength(config.directory()).check(env);
            var engine = new LmdbEngine(env, openTables(env, readOnly), config, name);
            // LMDB syncs its file, never the directory that holds the file's name.
            Directories.sync(config.directory());
            return engine;
        } catch (RuntimeException | IOException e) {
            env.close();
            throw e;
        }
    }

    /**
     * Makes an empty environment under another name and renames it once it is on the disk. LMDB syncs the first two pages of a new
     * file with its first commit only: a power loss before that leaves a file that looks like a damaged store.
     */
    private static void makeWhole(StoreConfig config) throws IOException {
        Path draft = config.directory().resolve(DRAFT);
        Path draftLock = config.directory().resolve(DRAFT + "-lock");
        Files.deleteIfExists(draft);
        Files.deleteIfExists(draftLock);
        try (Env<byte[]> env = Env.create(ByteArrayProxy.PROXY_BA)
                .setMapSize(StoreConfig.MAP_STEP_BYTES)
                .setMaxDbs(Table.values().length)
                .open(draft.toFile(), OWNER_ONLY, EnvFlags.MDB_NOSUBDIR, EnvFlags.MDB_NOTLS)) {
            openTables(env, false);
            env.sync(true);
        }
        Files.deleteIfExists(draftLock);
        Files.move(draft, config.directory().resolve("data.mdb"), StandardCopyOption.ATOMIC_MOVE);
        Directories.sync(config.directory());
    }

    private static EnvFlags[] flags(SyncMode syncMode, boolean readOnly) {
        // NOTLS ties a reader's slot to its transaction, so that views may move between threads and be pooled.
        if (readOnly) {
            return new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_RDONLY_ENV};
        }
        return switch (syncMode) {
            case META_DEFERRED -> new EnvFlags[] {EnvFlags.MDB_NOTLS, EnvFlags.MDB_NOMETASYNC};
            case ALWAYS -> new EnvFlags[] {EnvFlags.MDB_NOTLS};
        };
    }

    private static Map<Table, Dbi<byte[]>> openTables(Env<byte[]> env, boolean readOnly) {
        var tables = new EnumMap<Table, Dbi<byte[]>>(Table.class);
        DbiFlags[] flags = readOnly ? new DbiFlags[0] : new DbiFlags[] {DbiFlags.MDB_CREATE};
        try (Txn<byte[]> txn = readOnly ? env.txnRead() : env.txnWrite()) {
            for (Table table : Table.values()) {
                byte[] name = table.name().toLowerCase(Locale.ROOT).getBytes(StandardCharsets.US_ASCII);
                openTable(env, txn, name, flags).ifPresent(found -> tables.put(table, found));
            }
            txn.commit();
        }
        return tables;
    }

    /** Empty where a store of an earlier version, opened only to read, does not have it. */
    private static Optional<Dbi<byte[]>> openTable(Env<byte[]> env, Txn<byte[]> txn, byte[] name, DbiFlags[] flags) {
        try {
            return Optional.of(env.openDbi(txn, name, null, false, flags));
        } catch (Dbi.KeyNotFoundException missing) {
            return Optional.empty();
        }
    }

    @Override
    public Reading read() {
        takeViews(1);
        try {
            LmdbReading pooled = idle.pollFirst();
            if (pooled != null) {
                pooled.renew();
                return pooled;
            }
            return call("read", () -> new LmdbReading(env.txnRead(), tables, this::giveBack));
        } catch (RuntimeException e) {
            views.release();
            throw e;
        }
    }

    private void giveBack(LmdbReading reading) {
        try {
            reading.reset();
            idle.addFirst(reading);
        } finally {
            views.release();
        }
    }

    private void takeViews(int count) {
        // Without waiting a set interrupt flag does not matter; but nobody overtakes those who wait.
        if (!views.hasQueuedThreads() && views.tryAcquire(count)) {
            return;
        }
        take(views, count, VIEW_WAIT_MILLIS, "no read view came free");
    }

    /** Waits until no copy is under way, and keeps the next one from beginning. */
    private void holdCopies(long waitMillis) {
        take(copying, 1, waitMillis, "the copy under way did not end");
    }

    private static void take(Semaphore permits, int count, long waitMillis, String complaint) {
        try {
            if (!permits.tryAcquire(count, waitMillis, MILLISECONDS)) {
                throw new StoreFailure(complaint + " within " + waitMillis + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailure("interrupted: " + complaint, e);
        }
    }

    @Override
    public Writing write() {
        return call("begin", () -> new LmdbWriting(env.txnWrite(), tables));
    }

    @Override
    public void sync() {
        try {
            new MetaPages(config.directory(), pageBytes()).writeNewestAgain(call("info", env::info).lastTransactionId);
        } catch (IOException e) {
            throw new StoreFailure("LMDB's meta page cannot be written again", e);
        }
        run("sync", () -> env.sync(true));
    }

    @Override
    public void grow() {
        long now = call("info", env::info).mapSize;
        long next = Math.min(config.maxMapBytes(), now * 2) / StoreConfig.MAP_STEP_BYTES * StoreConfig.MAP_STEP_BYTES;
        if (next <= now) {
            throw new StoreFailure("the map is full and may not grow beyond " + config.maxMapBytes() + " bytes");
        }
        holdCopies(COPY_WAIT_MILLIS);
        try {
            takeViews(config.maxViews());
            try {
                run("set map size", () -> env.setMapSize(next));
            } finally {
                views.release(config.maxViews());
            }
        } finally {
            copying.release();
        }
    }

    @Override
    public void copy(Path emptyDirectory) {
        holdCopies(COPY_WAIT_MILLIS);
        try {
            if (closed) {
                throw new StoreFailure("the store is closed");
            }
            Failpoint.ARTIFACT_BEFORE_COPY.hit();
            run("copy", () -> env.copy(emptyDirectory.toFile(), CopyFlags.MDB_CP_COMPACT));
        } finally {
            copying.release();
        }
    }

    @Override
    public StoreStats stats() {
        try (Reading reading = read()) {
            EnvInfo info = call("info", env::info);
            Stat main = call("stat", env::stat);
            long pagesInUse = 2 + pages(main);
            for (Table table : tables.keySet()) {
                pagesInUse += pages(((LmdbReading) reading).stat(table));
            }
            long pagesEver = info.lastPageNumber + 1;
            return new StoreStats(
                    info.mapSize,
                    pagesEver * main.pageSize,
                    Math.max(0, pagesEver - pagesInUse) * main.pageSize,
                    config.maxViews() - views.availablePermits() - 1,
                    reading.rowCount(Table.KV));
        }
    }

    private static long pages(Stat stat) {
        return stat.branchPages + stat.leafPages + stat.overflowPages;
    }

    int pageBytes() {
        return call("stat", env::stat).pageSize;
    }

    @Override
    public long maxMapBytes() {
        return config.maxMapBytes();
    }

    /** Views and a copy that stay open keep the environment open: leaked memory is better than a crashed process. */
    @Override
    public void close() {
        holdCopies(VIEW_WAIT_MILLIS);
        try {
            closeWithoutCopies();
        } finally {
            copying.release();
        }
    }

    private void closeWithoutCopies() {
        if (closed) {
            return;
        }
        takeViews(config.maxViews());
        closed = true;
        for (LmdbReading reading = idle.pollFirst(); reading != null; reading = idle.pollFirst()) {
            reading.free();
        }
        run("close", env::close);
        OPEN.remove(name);
    }

    static void run(String what, Runnable call) {
        call(what, () -> {
            call.run();
            return true;
        });
    }

    static <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (Env.MapFullException e) {
            throw new MapFull(e);
        } catch (LmdbException e) {
            throw new StoreFailure("LMDB failed: " + what, e);
        }
    }
}
