package io.skipstone.store;

import io.skipstone.model.InvariantViolation;
import io.skipstone.model.WriteAt;

/**
 * Every version of every key, and the position of the log entry that wrote last, in one transaction.
 *
 * <p>One thread writes at a time (always the same platform thread while the node runs); any thread reads. After {@link
 * #close} nothing may be called.
 */
public interface Store extends AutoCloseable {
    /** What the store knew of itself when it was opened. */
    StoreState openedAs();

    /** What the last committed write left; cheap, any thread. */
    StoreMeta meta();

    /**
     * Runs the work in one write transaction: all of it is in the store afterwards, together with the position, or none.
     *
     * <p>On return a process crash loses nothing of it. A power loss may undo the last transaction as a whole, never a part of it
     * and never anything before {@link #sync}. With {@link WriteAt.Unlogged} the applied position stays as it was.
     *
     * <p>The work may run more than once, each time on the state as committed: it keeps nothing between runs.
     *
     * @param at the last log entry of the work, at or above every entry it begins and the applied one; the store refuses to go
     *     back: {@code applied index went back: 41 -> 40}
     * @throws InvariantViolation the position or a commit timestamp went back, or a row contradicts itself
     * @throws StoreFailure LMDB failed to write or commit, or a sync that is owed failed again; nothing of the work is in the store
     */
    <T> T write(WriteAt at, WriteWork<T> work);

    /** A consistent view of the last committed write; close it soon, it keeps old pages from being reused. */
    ReadView read();

    /**
     * Makes everything written so far survive a power loss, before it returns (LMDB mdb_env_sync, forced). On the writing thread.
     *
     * @throws SyncFailure the disk refused; nothing is promised and nothing is lost. The store syncs again before the next write
     * @throws StoreFailure the disk refused twice in a row, or the store had failed before: no more writes are taken
     */
    void sync();

    /**
     * Removes what no read at the GC floor or later can see, a bounded slice at a time; on the writing thread.
     *
     * @param maxRows most rows to look at; a few are always looked at
     * @return whether more is left
     */
    boolean collect(int maxRows);

    StoreStats stats();

    /** Room for more; measured now and then, so cheap enough for every proposal. Any thread. */
    StoreSpace space();

    @Override
    void close();

    /** What happens inside one write transaction. */
    interface WriteWork<T> {
        T run(WriteTxn txn);
    }
}
