package io.skipstone.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Function;
import org.lmdbjava.BufferProxy;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.ByteBufferProxy;
import org.lmdbjava.Cursor;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.GetOp;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;
import org.openjdk.jmh.infra.Blackhole;

/**
 * The same rows in an LMDB file without a store around them, read in one transaction that stays open.
 *
 * @param <T> what lmdbjava hands rows out as
 */
final class RawLmdb<T> implements AutoCloseable {
    private static final int MAX_ROW_KEY_BYTES = 511;

    private final Env<T> env;
    private final Dbi<T> table;
    private final Function<byte[], T> wrap;
    private final Txn<T> txn;
    private final Cursor<T> cursor;

    private RawLmdb(Path directory, BufferProxy<T> proxy, Function<byte[], T> wrap) {
        this.wrap = wrap;
        this.env = Env.create(proxy)
                .setMapSize(StoreConfig.DEFAULT_MAP_BYTES)
                .setMaxDbs(1)
                .open(directory.toFile());
        this.table = env.openDbi("kv".getBytes(StandardCharsets.US_ASCII), DbiFlags.MDB_CREATE);
        this.txn = env.txnRead();
        this.cursor = table.openCursor(txn);
    }

    /** Rows as arrays, copied out of the page: what the store builds on. */
    static RawLmdb<byte[]> arrays(Path directory) {
        return new RawLmdb<>(directory, ByteArrayProxy.PROXY_BA, bytes -> bytes);
    }

    /** Rows as views of the page, nothing copied: the fastest that lmdbjava has. */
    static RawLmdb<ByteBuffer> buffers(Path directory) {
        ByteBuffer key = ByteBuffer.allocateDirect(MAX_ROW_KEY_BYTES);
        return new RawLmdb<>(directory, ByteBufferProxy.PROXY_OPTIMAL, bytes -> key.clear()
                .put(bytes)
                .flip());
    }

    /** Copies these rows into a new file in this directory. */
    static void fill(Path directory, Engine.Rows source) throws IOException {
        Files.createDirectories(directory);
        try (var env = Env.create(ByteArrayProxy.PROXY_BA)
                .setMapSize(StoreConfig.DEFAULT_MAP_BYTES)
                .setMaxDbs(1)
                .open(directory.toFile())) {
            var table = env.openDbi("kv".getBytes(StandardCharsets.US_ASCII), DbiFlags.MDB_CREATE);
            try (var txn = env.txnWrite()) {
                for (boolean found = source.seek(new byte[] {0}); found; found = source.next()) {
                    table.put(txn, source.key(), source.row());
                }
                txn.commit();
            }
        }
    }

    T get(byte[] rowKey) {
        return table.get(txn, wrap.apply(rowKey));
    }

    /** The first row at or above this key. */
    T seek(byte[] rowKey) {
        cursor.get(wrap.apply(rowKey), GetOp.MDB_SET_RANGE);
        return cursor.val();
    }

    void walk(byte[] fromRowKey, int rows, Blackhole sink) {
        boolean found = cursor.get(wrap.apply(fromRowKey), GetOp.MDB_SET_RANGE);
        for (int i = 0; i < rows && found; i++) {
            sink.consume(cursor.key());
            sink.consume(cursor.val());
            found = cursor.seek(SeekOp.MDB_NEXT);
        }
    }

    @Override
    public void close() {
        cursor.close();
        txn.close();
        env.close();
    }
}
