package io.skipstone.consensus;

import static java.util.concurrent.TimeUnit.SECONDS;

import io.skipstone.command.Outcome;
import io.skipstone.model.Limits;
import io.skipstone.powerloss.Marks;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;

/** A node under load in a process of its own: many writes at once, pins, purges, restarts; marks what was promised. */
public final class NodeWorkload {
    static final long MAP_BYTES = 64L << 20;
    private static final int IN_FLIGHT = 24;
    private static final int LONGEST_VALUE = 2_000;
    private static final int RESTART_EVERY_PUTS = 350;

    /** Puts between two pins, on average; where pins promise too much, many of them, so that it shows. */
    private static final int PIN_ONE_IN = 60;

    private static final int PIN_ONE_IN_UNSYNCED = 4;

    /** So small that segments are closed and purged all the time. */
    private static final LogBounds LOG = new LogBounds(70, 1 << 20, 1, 48 << 10);

    private static final Limits LIMITS =
            new Limits(16 << 10, 64 << 10, 1024, 10_000, 1024, 4 << 20, 1_000_000, 4096, 64L << 20, 10_000, 1024);

    private final Path root;
    private final StoreConfig config;
    private final boolean synced;
    private final Marks marks;
    private final Random random;

    private NodeWorkload(Path root, StoreConfig config, boolean synced, Marks marks, Random random) {
        this.root = root;
        this.config = config;
        this.synced = synced;
        this.marks = marks;
        this.random = random;
    }

    /** Arguments: recorded directory, directory for native libraries, sync mode, seed, puts, "synced" or "unsynced". */
    public static void main(String[] args) throws Exception {
        Path root = Path.of(args[0]);
        StoreConfig config = config(root, Path.of(args[1]), SyncMode.valueOf(args[2]));
        try (var marks = new Marks(root)) {
            new NodeWorkload(root, config, args[5].equals("synced"), marks, new Random(Long.parseLong(args[3])))
                    .play(Integer.parseInt(args[4]));
        }
        System.exit(0);
    }

    static StoreConfig config(Path root, Path nativeDirectory, SyncMode mode) {
        return new StoreConfig(root.resolve("store"), nativeDirectory, MAP_BYTES, MAP_BYTES, 16, mode);
    }

    static TestNode start(Path root, Store store) throws IOException {
        return TestNode.over(root.resolve("raft"), store)
                .log(LOG)
                .limits(LIMITS)
                .start()
                .awaitReady();
    }

    /** The value of the put with that number; its key is the number. */
    static String value(int number) {
        return "v" + number + "-" + "x".repeat(new Random(number).nextInt(LONGEST_VALUE));
    }

    static String key(int number) {
        return "k" + number;
    }

    private void play(int puts) throws Exception {
        for (int from = 0; from < puts; from += RESTART_EVERY_PUTS) {
            try (Store store = open();
                    TestNode node = start(root, store)) {
                put(node, from, Math.min(puts, from + RESTART_EVERY_PUTS));
            }
        }
    }

    private Store open() {
        LmdbStore store = LmdbStore.open(config);
        return synced ? store : new UnsyncedStore(store);
    }

    private void put(TestNode node, int from, int to) throws Exception {
        var permits = new Semaphore(IN_FLIGHT);
        for (int number = from; number < to; number++) {
            int mine = number;
            permits.acquire();
            var _ = node.put(key(number), value(number)).whenComplete((outcome, failure) -> {
                say(acknowledged(mine, outcome, failure));
                permits.release();
            });
            if (random.nextInt(synced ? PIN_ONE_IN : PIN_ONE_IN_UNSYNCED) == 0) {
                say("pinned "
                        + node.raft()
                                .pin()
                                .toCompletableFuture()
                                .get(10, SECONDS)
                                .index());
            }
        }
        permits.acquire(IN_FLIGHT);
    }

    private static String acknowledged(int number, Outcome outcome, Throwable failure) {
        if (failure != null) {
            throw new CompletionException(failure);
        }
        return "acked " + number + " " + ((Outcome.Committed) outcome).revision();
    }

    private void say(String text) {
        try {
            marks.say(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
