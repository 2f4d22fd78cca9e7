package io.skipstone.store;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** An engine that fails at the step a test asks for, before or after it does the step. */
final class FailingEngine implements Engine {
    private final Engine engine;
    private long stepsLeft = Long.MAX_VALUE;
    private boolean mapFull;
    private long steps;
    private final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    private final AtomicInteger failingSyncs = new AtomicInteger();

    FailingEngine(Engine engine) {
        this.engine = engine;
    }

    /** The next {@code steps} changes, commits and syncs succeed, the one after them fails. */
    void failAfter(long steps) {
        stepsLeft = steps;
        mapFull = false;
    }

    /** The next {@code count} syncs fail, whatever else succeeds. Any thread. */
    void failSyncs(int count) {
        failingSyncs.set(count);
    }

    void mapFullAfter(long steps) {
        stepsLeft = steps;
        mapFull = true;
    }

    /** Transactions begun and syncs done, in order. */
    List<String> calls() {
        return calls;
    }

    /** Changes, commits and syncs so far. */
    long steps() {
        return steps;
    }

    private void step() {
        steps++;
        if (stepsLeft-- == 0) {
            if (mapFull) {
                throw new MapFull(new IllegalStateException("on purpose"));
            }
            throw new StoreFailure("on purpose");
        }
    }

    @Override
    public Reading read() {
        return engine.read();
    }

    @Override
    public Writing write() {
        calls.add("write");
        return new FailingWriting(engine.write());
    }

    @Override
    public void sync() {
        step();
        if (failingSyncs.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            throw new StoreFailure("on purpose");
        }
        engine.sync();
        calls.add("sync");
    }

    @Override
    public void grow() {
        engine.grow();
    }

    @Override
    public void copy(Path emptyDirectory) {
        step();
        engine.copy(emptyDirectory);
    }

    @Override
    public StoreStats stats() {
        return engine.stats();
    }

    @Override
    public long maxMapBytes() {
        return engine.maxMapBytes();
    }

    @Override
    public void close() {
        engine.close();
    }

    private final class FailingWriting implements Writing {
        private final Writing writing;

        FailingWriting(Writing writing) {
            this.writing = writing;
        }

        @Override
        public Optional<byte[]> get(Table table, byte[] key) {
            return writing.get(table, key);
        }

        @Override
        public Rows rows(Table table) {
            return writing.rows(table);
        }

        @Override
        public long rowCount(Table table) {
            return writing.rowCount(table);
        }

        @Override
        public void put(Table table, byte[] key, byte[] row) {
            step();
            writing.put(table, key, row);
        }

        @Override
        public boolean delete(Table table, byte[] key) {
            step();
            return writing.delete(table, key);
        }

        @Override
        public void commit() {
            step();
            writing.commit();
            // A crash may also come when LMDB has committed and nobody has been told.
            step();
        }

        @Override
        public void close() {
            writing.close();
        }
    }
}
