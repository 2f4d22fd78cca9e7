import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import io.skipstone.api.etcd.v3.KVGrpc;
import io.skipstone.api.etcd.v3.MaintenanceGrpc;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.RequestOp;
import io.skipstone.api.etcd.v3.StatusRequest;
import io.skipstone.api.etcd.v3.TxnRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchGrpc;
import io.skipstone.api.etcd.v3.WatchRequest;
import io.skipstone.api.etcd.v3.WatchResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.ConcurrentHistogram;

/**
 * Load over etcd's API, the same for whoever speaks it. Run by compare-etcd.sh:
 *
 * <pre>
 * java EtcdLoad.java load ENDPOINT put|get|serializable|range|mixed IN-FLIGHT SECONDS    prints: ops/s, median and p99 in microseconds
 * java EtcdLoad.java watch ENDPOINT WATCHERS SECONDS            prints: events/s, median and p99 from a put to the last watcher
 * java EtcdLoad.java fill ENDPOINT KEYS                         prints: keys/s
 * java EtcdLoad.java leader ENDPOINT...                         prints: the one that leads
 * java EtcdLoad.java start COMMAND ENDPOINT...                  prints: milliseconds from the command to an answer of each endpoint
 * </pre>
 */
class EtcdLoad {
    private static final int KEYS = 10_000;
    private static final int VALUE_BYTES = 128;
    private static final int ROWS = 100;
    private static final int PUTS_PER_TXN = 100;
    private static final int FILLS_IN_FLIGHT = 16;
    private static final int CALLS_PER_CHANNEL = 64;
    private static final int MOST_CHANNELS = 16;
    private static final int LARGEST_ANSWER_BYTES = 64 << 20;
    private static final long PATIENCE_SECONDS = 600;
    private static final long BETWEEN_LOOKS_MILLIS = 2;

    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "load" -> load(arguments[1], arguments[2], Integer.parseInt(arguments[3]), Integer.parseInt(arguments[4]));
            case "watch" -> watch(arguments[1], Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
            case "fill" -> fill(arguments[1], Integer.parseInt(arguments[2]));
            case "leader" -> leader(List.of(arguments).subList(1, arguments.length));
            case "start" -> start(arguments[1], List.of(arguments).subList(2, arguments.length));
            default -> throw new IllegalArgumentException(arguments[0]);
        }
        // Channels keep threads that are no daemons.
        System.exit(0);
    }

    private static ManagedChannel channel(String endpoint) {
        return ManagedChannelBuilder.forTarget(endpoint)
                .usePlaintext()
                .maxInboundMessageSize(LARGEST_ANSWER_BYTES)
                .build();
    }

    private static List<KVGrpc.KVStub> stubs(String endpoint, int inFlight) {
        int count = Math.clamp(inFlight / CALLS_PER_CHANNEL, 1, MOST_CHANNELS);
        var stubs = new ArrayList<KVGrpc.KVStub>();
        for (int i = 0; i < count; i++) {
            stubs.add(KVGrpc.newStub(channel(endpoint)));
        }
        return stubs;
    }

    private static ByteString key(int number) {
        return ByteString.copyFromUtf8("load/%06d".formatted(number));
    }

    private static ByteString value(int bytes) {
        byte[] value = new byte[bytes];
        ThreadLocalRandom.current().nextBytes(value);
        return ByteString.copyFrom(value);
    }

    private static int chance(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    private static PutRequest put(int number) {
        return PutRequest.newBuilder()
                .setKey(key(number))
                .setValue(value(VALUE_BYTES))
                .build();
    }

    private static RangeRequest get(boolean serializable) {
        return RangeRequest.newBuilder()
                .setKey(key(chance(KEYS)))
                .setSerializable(serializable)
                .build();
    }

    private static RangeRequest range() {
        int first = chance(KEYS - ROWS);
        return RangeRequest.newBuilder()
                .setKey(key(first))
                .setRangeEnd(key(first + ROWS))
                .build();
    }

    /** So many callers, each of which asks again when it is answered. */
    private static void load(String endpoint, String workload, int inFlight, int seconds) throws Exception {
        preload(endpoint);
        var stubs = stubs(endpoint, inFlight);
        var histogram = new ConcurrentHistogram(3);
        long begun = System.nanoTime();
        long end = begun + TimeUnit.SECONDS.toNanos(seconds);
        var callers = new CountDownLatch(inFlight);
        var failures = new AtomicLong();
        for (int i = 0; i < inFlight; i++) {
            new Caller(stubs.get(i % stubs.size()), workload, histogram, failures, end, callers).next();
        }
        callers.await();
        double elapsed = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%.0f %.0f %.0f%n",
                histogram.getTotalCount() / elapsed,
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3);
        if (failures.get() > 0) {
            System.err.println(failures + " calls failed");
        }
    }

    private record Caller(
            KVGrpc.KVStub stub,
            String workload,
            ConcurrentHistogram histogram,
            AtomicLong failures,
            long end,
            CountDownLatch callers) {
        void next() {
            if (System.nanoTime() > end) {
                callers.countDown();
                return;
            }
            switch (workload) {
                case "put" -> stub.put(put(chance(KEYS)), answered());
                case "get" -> stub.range(get(false), answered());
                case "serializable" -> stub.range(get(true), answered());
                case "range" -> stub.range(range(), answered());
                case "mixed" -> {
                    if (chance(10) == 0) {
                        stub.put(put(chance(KEYS)), answered());
                    } else {
                        stub.range(get(false), answered());
                    }
                }
                default -> throw new IllegalArgumentException(workload);
            }
        }

        private <T> StreamObserver<T> answered() {
            long asked = System.nanoTime();
            return new Once<>() {
                @Override
                void over(boolean well) {
                    if (well) {
                        histogram.recordValue(System.nanoTime() - asked);
                    } else {
                        failures.incrementAndGet();
                    }
                    next();
                }
            };
        }
    }

    /** One answer or one failure. */
    private abstract static class Once<T> implements StreamObserver<T> {
        abstract void over(boolean well);

        @Override
        public void onNext(T answer) {}

        @Override
        public void onError(Throwable failure) {
            over(false);
        }

        @Override
        public void onCompleted() {
            over(true);
        }
    }

    /** The keys that are read, if they are not there yet. */
    private static void preload(String endpoint) throws InterruptedException {
        ManagedChannel channel = channel(endpoint);
        long there = KVGrpc.newBlockingStub(channel)
                .range(RangeRequest.newBuilder()
                        .setKey(key(0))
                        .setRangeEnd(key(KEYS))
                        .setCountOnly(true)
                        .build())
                .getCount();
        channel.shutdownNow();
        if (there < KEYS) {
            putAll(endpoint, "load/%06d", KEYS);
        }
    }

    private static void fill(String endpoint, int keys) throws InterruptedException {
        long begun = System.nanoTime();
        putAll(endpoint, "fill/%09d", keys);
        System.out.printf("%.0f%n", keys / ((System.nanoTime() - begun) / 1e9));
    }

    private static void putAll(String endpoint, String format, int keys) throws InterruptedException {
        ManagedChannel channel = channel(endpoint);
        var stub = KVGrpc.newStub(channel);
        var room = new java.util.concurrent.Semaphore(FILLS_IN_FLIGHT);
        for (int first = 0; first < keys; first += PUTS_PER_TXN) {
            var txn = TxnRequest.newBuilder();
            for (int i = first; i < Math.min(keys, first + PUTS_PER_TXN); i++) {
                txn.addSuccess(RequestOp.newBuilder()
                        .setRequestPut(PutRequest.newBuilder()
                                .setKey(ByteString.copyFromUtf8(format.formatted(i)))
                                .setValue(value(VALUE_BYTES))));
            }
            room.acquire();
            stub.txn(txn.build(), new Once<>() {
                @Override
                void over(boolean well) {
                    room.release();
                    if (!well) {
                        System.err.println("a transaction failed; there are fewer keys than asked for");
                    }
                }
            });
        }
        room.acquire(FILLS_IN_FLIGHT);
        channel.shutdownNow();
    }

    /** One put after the other to a key that all watch, each when all were told of the one before. */
    private static void watch(String endpoint, int watchers, int seconds) throws Exception {
        ByteString key = ByteString.copyFromUtf8("watched");
        var created = new CountDownLatch(watchers);
        var told = new Phaser(watchers + 1);
        int channels = Math.clamp(watchers / 100, 1, MOST_CHANNELS);
        for (int number = 0; number < channels; number++) {
            var requests = WatchGrpc.newStub(channel(endpoint)).watch(new StreamObserver<>() {
                @Override
                public void onNext(WatchResponse response) {
                    if (response.getCreated()) {
                        created.countDown();
                    }
                    response.getEventsList().forEach(_ -> told.arrive());
                }

                @Override
                public void onError(Throwable failure) {
                    System.err.println("a watch failed: " + failure);
                    System.exit(1);
                }

                @Override
                public void onCompleted() {}
            });
            for (int i = number; i < watchers; i += channels) {
                requests.onNext(WatchRequest.newBuilder()
                        .setCreateRequest(WatchCreateRequest.newBuilder().setKey(key))
                        .build());
            }
        }
        if (!created.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new IllegalStateException(created.getCount() + " watches were not created");
        }
        var stub = KVGrpc.newBlockingStub(channel(endpoint));
        var histogram = new ConcurrentHistogram(3);
        long begun = System.nanoTime();
        long end = begun + TimeUnit.SECONDS.toNanos(seconds);
        for (long sent = begun; sent < end; sent = System.nanoTime()) {
            stub.put(PutRequest.newBuilder().setKey(key).setValue(value(VALUE_BYTES)).build());
            told.awaitAdvanceInterruptibly(told.arrive(), PATIENCE_SECONDS, TimeUnit.SECONDS);
            histogram.recordValue(System.nanoTime() - sent);
        }
        double elapsed = (System.nanoTime() - begun) / 1e9;
        System.out.printf(
                "%.0f %.0f %.0f%n",
                histogram.getTotalCount() * watchers / elapsed,
                histogram.getValueAtPercentile(50) / 1e3,
                histogram.getValueAtPercentile(99) / 1e3);
    }

    private static void leader(List<String> endpoints) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            for (String endpoint : endpoints) {
                ManagedChannel channel = channel(endpoint);
                try {
                    var status = MaintenanceGrpc.newBlockingStub(channel)
                            .withDeadlineAfter(2, TimeUnit.SECONDS)
                            .status(StatusRequest.getDefaultInstance());
                    if (status.getLeader() != 0 && status.getLeader() == status.getHeader().getMemberId()) {
                        System.out.println(endpoint);
                        return;
                    }
                } catch (StatusRuntimeException silent) {
                    Thread.sleep(BETWEEN_LOOKS_MILLIS);
                } finally {
                    channel.shutdownNow();
                }
            }
        }
        throw new IllegalStateException("none of them leads");
    }

    /** From the start of the command, which starts servers and ends, to a linearizable read that each of them has answered. */
    private static void start(String command, List<String> endpoints) throws Exception {
        warmUp();
        long begun = System.nanoTime();
        new ProcessBuilder("sh", "-c", command).inheritIO().start();
        for (String endpoint : endpoints) {
            awaitListening(endpoint);
            awaitAnswer(endpoint);
        }
        System.out.println((System.nanoTime() - begun) / 1_000_000);
    }

    /** The classes of a call, so that loading them is not measured. */
    private static void warmUp() {
        ManagedChannel channel = channel("127.0.0.1:1");
        try {
            KVGrpc.newBlockingStub(channel).range(get(false));
        } catch (StatusRuntimeException nobodyThere) {
            channel.shutdownNow();
        }
    }

    private static void awaitListening(String endpoint) throws InterruptedException {
        String[] at = endpoint.split(":");
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            try (var socket = new Socket()) {
                socket.connect(new InetSocketAddress(at[0], Integer.parseInt(at[1])));
                return;
            } catch (IOException notYet) {
                Thread.sleep(BETWEEN_LOOKS_MILLIS);
            }
        }
        throw new IllegalStateException("nobody listens at " + endpoint);
    }

    private static void awaitAnswer(String endpoint) throws InterruptedException {
        ManagedChannel channel = channel(endpoint);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            try {
                KVGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(1, TimeUnit.SECONDS)
                        .range(get(false));
                channel.shutdownNow();
                return;
            } catch (StatusRuntimeException notYet) {
                channel.resetConnectBackoff();
                Thread.sleep(BETWEEN_LOOKS_MILLIS);
            }
        }
        throw new IllegalStateException("no answer from " + endpoint);
    }
}
