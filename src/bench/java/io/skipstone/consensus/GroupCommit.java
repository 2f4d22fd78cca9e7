package io.skipstone.consensus;

import io.skipstone.command.Command;
import io.skipstone.command.Operation;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Puts per second through Ratis into LMDB, without a front door: many log entries in one write transaction (A) against one each
 * (B), interleaved. Arguments: rounds, seconds.
 */
public final class GroupCommit {
    private static final int GROUPED = 1024;
    private static final int KEYS = 100_000;
    private static final Bytes VALUE = Bytes.wrap(new byte[128]);

    private GroupCommit() {}

    public static void main(String... args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 3;
        int seconds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        for (int inFlight : new int[] {64, 256}) {
            double[] grouped = new double[rounds];
            double[] single = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                grouped[round] = putsPerSecond(GROUPED, inFlight, seconds);
                single[round] = putsPerSecond(1, inFlight, seconds);
                System.out.printf(
                        "in flight %d round %d: grouped %.0f/s, one per transaction %.0f/s%n",
                        inFlight, round + 1, grouped[round], single[round]);
            }
            System.out.printf(
                    "in flight %d: median grouped %.0f/s, one per transaction %.0f/s, ratio %.1f%n",
                    inFlight, median(grouped), median(single), median(grouped) / median(single));
        }
        System.exit(0);
    }

    private static double putsPerSecond(int batchEntries, int inFlight, int seconds) throws Exception {
        Path dir = Files.createTempDirectory(Path.of("target"), "group-commit-");
        Path unpacked = Path.of("target", "group-commit-native");
        try (var store = LmdbStore.open(StoreConfig.of(dir.resolve("store"), unpacked));
                var node = TestNode.over(dir.resolve("raft"), store)
                        .batch(batchEntries)
                        .start()
                        .awaitReady()) {
            load(node, inFlight, 2);
            return load(node, inFlight, seconds);
        } finally {
            delete(dir);
        }
    }

    /** Keeps so many puts in flight, and returns how many were acknowledged in a second. */
    private static double load(TestNode node, int inFlight, int seconds) throws InterruptedException {
        var permits = new Semaphore(inFlight);
        var acknowledged = new LongAdder();
        long begin = System.nanoTime();
        long end = begin + TimeUnit.SECONDS.toNanos(seconds);
        for (int number = 0; System.nanoTime() < end; number++) {
            permits.acquire();
            var put = new Operation.Put(Key.utf8("key/" + number % KEYS), VALUE, 0);
            var _ = node.propose(Command.Txn.of(put)).whenComplete((_, failure) -> {
                permits.release();
                if (failure == null) {
                    acknowledged.increment();
                }
            });
        }
        permits.acquire(inFlight);
        return acknowledged.sum() * 1e9 / (System.nanoTime() - begin);
    }

    private static double median(double... values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
