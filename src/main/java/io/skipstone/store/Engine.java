package io.skipstone.store;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The sorted tables that the store is written in: LMDB, behind the one interface where a successor would go.
 *
 * <p>Rows are plain arrays. Each array handed out is a copy that nobody else holds, so nothing borrowed from LMDB can outlive its
 * transaction, and there is nothing to poison in tests.
 *
 * <p>Every method fails with {@link StoreFailure} when LMDB or the disk does; writing also with {@link MapFull}.
 */
interface Engine extends AutoCloseable {
    /** Opens a consistent view of the last commit. Any thread; used by one thread at a time. */
    Reading read();

    /** Opens the one write transaction; it stays on the calling thread. Closed without a commit it never was. */
    Writing write();

    /**
     * Makes all commits so far survive a power loss, also those that an earlier call failed for. On the writing thread, between
     * transactions.
     */
    void sync();

    /**
     * Makes the map larger, once no view is open and no copy is under way.
     *
     * @throws StoreFailure the map is as large as it may become, or views or a copy stay open too long
     */
    void grow();

    /**
     * Copies the last commit into {@code data.mdb} of an empty directory, without the free pages (LMDB mdb_env_copy2,
     * MDB_CP_COMPACT). Nothing of it is synced. Any thread; copies run one after the other, beside readers and the writer.
     *
     * @throws StoreFailure the copy failed; the tables themselves are as they were
     */
    void copy(Path emptyDirectory);

    StoreStats stats();

    /** How far the map may grow. */
    long maxMapBytes();

    @Override
    void close();

    /** Named databases, in the file under these names in lower case. */
    enum Table {
        META,
        KV,
        BIG,
        CHANGES,
        DEDUP,
        EXPIRY,
        DEDUP_EXPIRY,
        LEASE,
        LEASE_KEY
    }

    /** A transaction that reads. */
    interface Reading extends AutoCloseable {
        Optional<byte[]> get(Table table, byte[] key);

        /** The transaction's one cursor over this table: position it before each use. */
        Rows rows(Table table);

        long rowCount(Table table);

        @Override
        void close();
    }

    /** A transaction that reads and writes, and sees its own writes. */
    interface Writing extends Reading {
        void put(Table table, byte[] key, byte[] row);

        boolean delete(Table table, byte[] key);

        /** All of it is in the file afterwards, or (thrown) none. Then only {@link #close} may follow. */
        void commit();
    }

    /** A cursor over one table in the order of its keys, byte by byte, unsigned. Each move returns whether it found a row. */
    interface Rows {
        /** Moves to the first row whose key is {@code key} or greater. */
        boolean seek(byte[] key);

        boolean last();

        boolean next();

        boolean previous();

        byte[] key();

        byte[] row();
    }

    /** The map is full: the transaction is lost, and the same work may succeed once the map has grown. */
    final class MapFull extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MapFull(Throwable cause) {
            super("the map is full", cause);
        }
    }
}
