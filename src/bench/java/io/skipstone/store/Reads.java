package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/** Point reads and scans of the store against LMDB's cursors over the same rows. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class Reads {
    /** How long the scans are. */
    @State(Scope.Benchmark)
    public static class Length {
        @Param({"100", "1000"})
        private int rows;
    }

    @Benchmark
    public KeyValue pointInViewOfItsOwn(ReadState state) {
        try (ReadView view = state.store().read()) {
            return get(view, state);
        }
    }

    @Benchmark
    public KeyValue pointInOpenView(ReadState state) {
        return get(state.view(), state);
    }

    private static KeyValue get(ReadView view, ReadState state) {
        return view.get(state.key(state.anyId(1)), now(view)).orElseThrow();
    }

    @Benchmark
    public byte[] pointRawGetArray(ReadState state) {
        return state.arrays().get(state.rowKey(state.anyId(1)));
    }

    @Benchmark
    public byte[] pointRawSeekArray(ReadState state) {
        return state.arrays().seek(state.rowKey(state.anyId(1)));
    }

    @Benchmark
    public ByteBuffer pointRawGetBuffer(ReadState state) {
        return state.buffers().get(state.rowKey(state.anyId(1)));
    }

    @Benchmark
    public ScanPage scan(ReadState state, Length length) {
        Bytes start = state.key(state.anyId(length.rows)).bytes();
        var query = new ScanQuery(
                new KeyRange(start, Bytes.EMPTY),
                Order.ASCENDING,
                Content.KEYS_AND_VALUES,
                length.rows,
                Long.MAX_VALUE);
        return state.view().scan(query, now(state.view()));
    }

    @Benchmark
    public void scanRawArrays(ReadState state, Length length, Blackhole sink) {
        state.arrays().walk(state.rowKey(state.anyId(length.rows)), length.rows, sink);
    }

    @Benchmark
    public void scanRawBuffers(ReadState state, Length length, Blackhole sink) {
        state.buffers().walk(state.rowKey(state.anyId(length.rows)), length.rows, sink);
    }

    private static Moment now(ReadView view) {
        return Moment.at(view.meta().lastCommitTs());
    }
}
