package io.skipstone.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;
import org.lmdbjava.Txn;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One call of LMDB with the bridge that jnr makes at run time, and with the one that a native image has to use. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class BridgeCalls {
    private static final int ROWS = 100_000;
    private static final byte[] VALUE = new byte[100];

    private Path directory;
    private Env<byte[]> env;
    private Dbi<byte[]> table;
    private Txn<byte[]> txn;
    private int next;

    @Setup
    public void fill() throws IOException {
        directory = Files.createTempDirectory("bridge-");
        env = Env.create(ByteArrayProxy.PROXY_BA)
                .setMapSize(1L << 30)
                .setMaxDbs(1)
                .open(directory.toFile(), EnvFlags.MDB_NOSYNC);
        table = env.openDbi("kv".getBytes(StandardCharsets.US_ASCII), DbiFlags.MDB_CREATE);
        txn = env.txnWrite();
        for (int i = 0; i < ROWS; i++) {
            table.put(txn, key(i), VALUE);
        }
    }

    @TearDown
    public void close() throws IOException {
        txn.close();
        env.close();
        Directories.delete(directory);
    }

    @Benchmark
    @Fork(1)
    public byte[] getOnTheJvm() {
        return table.get(txn, key(next++ * 7_919L));
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "-Djnr.ffi.asm.enabled=false")
    public byte[] getAsInTheImage() {
        return table.get(txn, key(next++ * 7_919L));
    }

    @Benchmark
    @Fork(1)
    public boolean putOnTheJvm() {
        return table.put(txn, key(next++ * 7_919L), VALUE);
    }

    @Benchmark
    @Fork(value = 1, jvmArgsAppend = "-Djnr.ffi.asm.enabled=false")
    public boolean putAsInTheImage() {
        return table.put(txn, key(next++ * 7_919L), VALUE);
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(Integer.BYTES)
                .putInt((int) Math.floorMod(number, (long) ROWS))
                .array();
    }
}
