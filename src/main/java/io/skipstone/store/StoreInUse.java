package io.skipstone.store;

import io.skipstone.model.WriteAt;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * The store that a running node uses now. Another one can take its place: whoever holds this goes on with it, views that are open stay on
 * the old one until they are closed.
 */
public final class StoreInUse implements CopyableStore {
    /** Longest wait for a copy of the old store to end; a view is waited for by the store itself. */
    static final long COPY_WAIT_MILLIS = 60_000;

    /** Held for reading while a view is opened: nobody opens one on a store that is about to close. */
    private final ReentrantReadWriteLock opening = new ReentrantReadWriteLock();

    private final ReentrantLock copying = new ReentrantLock();
    private volatile LmdbStore current;
    private volatile Runnable whenChanged = () -> {};

    public StoreInUse(LmdbStore first) {
        current = first;
    }

    /**
     * Has somebody told after each write, and when another store is in use; one at most.
     *
     * @param told on the thread that writes, so it returns at once
     */
    public void whenChanged(Runnable told) {
        whenChanged = told;
    }

    /** Puts another store in the place of this one, on the thread that writes. The caller has the old one closed: {@link #retire}. */
    public LmdbStore exchange(LmdbStore next) {
        LmdbStore old;
        opening.writeLock().lock();
        try {
            old = current;
            current = next;
        } finally {
            opening.writeLock().unlock();
        }
        whenChanged.run();
        return old;
    }

    /**
     * Closes a store that was in use before, when its views are closed and no copy is made of it any more. Any thread.
     *
     * @throws StoreFailure some are still open after a while: the store stays open
     */
    public void retire(LmdbStore old) {
        holdCopies();
        try {
            old.close();
        } finally {
            copying.unlock();
        }
    }

    private void holdCopies() {
        try {
            if (!copying.tryLock(COPY_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                throw new StoreFailure("a copy of the store did not end within " + COPY_WAIT_MILLIS + " ms");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreFailure("interrupted while a copy of the store was waited for", e);
        }
    }

    @Override
    public ReadView read() {
        opening.readLock().lock();
        try {
            return current.read();
        } finally {
            opening.readLock().unlock();
        }
    }

    @Override
    public StoreStats stats() {
        opening.readLock().lock();
        try {
            return current.stats();
        } finally {
            opening.readLock().unlock();
        }
    }

    @Override
    public StoreSpace space() {
        opening.readLock().lock();
        try {
            return current.space();
        } finally {
            opening.readLock().unlock();
        }
    }

    @Override
    public void copyInto(Path emptyDirectory, long keepFreeBytes) throws IOException {
        copying.lock();
        try {
            current.copyInto(emptyDirectory, keepFreeBytes);
        } finally {
            copying.unlock();
        }
    }

    @Override
    public StoreConfig config() {
        return current.config();
    }

    @Override
    public StoreState openedAs() {
        return current.openedAs();
    }

    @Override
    public StoreMeta meta() {
        return current.meta();
    }

    @Override
    public <T> T write(WriteAt at, WriteWork<T> work) {
        T result = current.write(at, work);
        whenChanged.run();
        return result;
    }

    @Override
    public void sync() {
        current.sync();
    }

    @Override
    public boolean collect(int maxRows) {
        return current.collect(maxRows);
    }

    @Override
    public void close() {
        current.close();
    }
}
