package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Table;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A store with one version of each key, and the rows of its table {@code kv} in two LMDB files of their own. */
@State(Scope.Benchmark)
public class ReadState {
    private static final int KEYS = 100_000;
    private static final int KEYS_PER_ENTRY = 1_000;
    private static final int VALUE_BYTES = 100;
    private static final long SEED = 1;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Key[] keys = new Key[KEYS];
    private final byte[][] rowKeys = new byte[KEYS][];
    private BenchDirectory directory;
    private LmdbStore store;
    private ReadView view;
    private RawLmdb<byte[]> arrays;
    private RawLmdb<ByteBuffer> buffers;

    @Setup(Level.Trial)
    public void open() throws IOException {
        directory = BenchDirectory.under(Path.of("target", "bench"));
        var engine = new AtomicReference<Engine>();
        store = LmdbStore.open(directory.storeConfig(), Layout.STANDARD, opened -> {
            engine.set(opened);
            return opened;
        });
        for (int id = 0; id < KEYS; id++) {
            keys[id] = Key.utf8(String.format("user/%08d", id));
        }
        for (int from = 0; from < KEYS; from += KEYS_PER_ENTRY) {
            putEntry(from);
        }
        Path arrayRows = directory.path().resolve("arrays");
        Path bufferRows = directory.path().resolve("buffers");
        try (Reading rows = engine.get().read()) {
            RawLmdb.fill(arrayRows, rows.rows(Table.KV));
            RawLmdb.fill(bufferRows, rows.rows(Table.KV));
        }
        arrays = RawLmdb.arrays(arrayRows);
        buffers = RawLmdb.buffers(bufferRows);
        view = store.read();
    }

    private void putEntry(int from) {
        var commitTs = new Timestamp(from + 1);
        var value = Bytes.wrap(new byte[VALUE_BYTES]);
        store.write(WriteAt.UNLOGGED, txn -> {
            txn.beginEntry(WriteAt.UNLOGGED, commitTs);
            for (int id = from; id < from + KEYS_PER_ENTRY; id++) {
                txn.put(keys[id], value, Timestamp.NONE);
                byte[] encoded = KeyCodec.encode(keys[id].bytes().array());
                byte[] prefix = KeyCodec.join(KeyCodec.rootLayer(), encoded, 0, encoded.length);
                rowKeys[id] = KeyCodec.versionKey(prefix, commitTs.bits());
            }
            return true;
        });
    }

    @TearDown(Level.Trial)
    public void close() throws IOException {
        buffers.close();
        arrays.close();
        view.close();
        store.close();
        directory.close();
    }

    /** A key with at least so many keys from it on. */
    int anyId(int keysFromIt) {
        return random.nextInt(KEYS - keysFromIt);
    }

    Key key(int id) {
        return keys[id];
    }

    byte[] rowKey(int id) {
        return rowKeys[id];
    }

    LmdbStore store() {
        return store;
    }

    ReadView view() {
        return view;
    }

    RawLmdb<byte[]> arrays() {
        return arrays;
    }

    RawLmdb<ByteBuffer> buffers() {
        return buffers;
    }
}
