package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView.Remembered;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A long life of one store, made from a seed: small and big values, deletes, garbage, pins, restarts. */
record StoreHistory(List<Step> steps) {
    private static final int KEYS = 120;
    private static final int OLDEST_READ = 30;

    /** What happens to the store; at most one commit each. */
    sealed interface Step {
        /** Entries in one transaction, at the index of the last one. */
        record Write(long before, List<Entry> entries) implements Step {}

        record Collect(int rows) implements Step {}

        record Pin() implements Step {}

        /** The process ends and starts again: the store is closed, opened and adopted. */
        record Restart() implements Step {}
    }

    /** One log entry; what it does follows from its seed. */
    record Entry(Timestamp commitTs, long seed) {}

    StoreHistory {
        steps = List.copyOf(steps);
    }

    static StoreHistory of(long seed, int length) {
        var random = new Random(seed);
        var steps = new ArrayList<Step>();
        long index = 0;
        long clock = 0;
        while (steps.size() < length) {
            int kind = random.nextInt(20);
            if (kind < 3) {
                steps.add(new Step.Collect(3 + random.nextInt(60)));
            } else if (kind < 6) {
                steps.add(new Step.Pin());
            } else if (kind == 6 && random.nextInt(4) == 0) {
                steps.add(new Step.Restart());
            } else {
                var entries = new ArrayList<Entry>();
                int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 12 : 3);
                for (int i = 0; i < count; i++) {
                    clock += 1 + random.nextInt(3);
                    entries.add(new Entry(new Timestamp(clock), random.nextLong()));
                }
                steps.add(new Step.Write(index, entries));
                index += count;
            }
        }
        return new StoreHistory(steps);
    }

    static void write(Store store, Step.Write step) {
        Position last = new Position(1, step.before() + step.entries().size());
        store.write(last, txn -> {
            long index = step.before();
            for (Entry entry : step.entries()) {
                txn.beginEntry(new Position(1, ++index), entry.commitTs());
                change(txn, new Random(entry.seed()));
            }
            return true;
        });
    }

    private static void change(WriteTxn txn, Random random) {
        long now = txn.commitTs().bits();
        switch (random.nextInt(14)) {
            case 0, 1, 2 -> txn.raiseGcFloor(new Timestamp(Math.max(0, now - random.nextInt(OLDEST_READ))));
            case 3 -> txn.deletePrefix(Bytes.utf8("k" + random.nextInt(10)), Bytes.EMPTY, 50);
            case 4 ->
                txn.remember(
                        Bytes.utf8("once-" + random.nextInt(8)),
                        new Remembered(
                                new Timestamp(now + random.nextInt(40)),
                                Bytes.EMPTY,
                                value(random, 1 + random.nextInt(20))));
            default -> putAndDelete(txn, random, now);
        }
    }

    private static void putAndDelete(WriteTxn txn, Random random, long now) {
        Set<Key> touched = new HashSet<>();
        int operations = 1 + random.nextInt(4);
        for (int i = 0; i < operations; i++) {
            Key key = key(random);
            if (!touched.add(key)) {
                continue;
            }
            if (random.nextInt(4) == 0) {
                txn.delete(key);
            } else {
                Timestamp expiresAt = random.nextInt(6) == 0 ? new Timestamp(now + random.nextInt(60)) : Timestamp.NONE;
                txn.put(key, value(random, valueBytes(random)), expiresAt);
            }
        }
    }

    /** Now and then one that needs layers. */
    private static Key key(Random random) {
        String shortKey = "k" + random.nextInt(KEYS);
        return Key.utf8(random.nextInt(12) == 0 ? shortKey + "/".repeat(600) + random.nextInt(3) : shortKey);
    }

    private static int valueBytes(Random random) {
        return switch (random.nextInt(24)) {
            case 0 -> random.nextInt(40_000);
            case 1, 2, 3 -> random.nextInt(3_000);
            default -> random.nextInt(60);
        };
    }

    private static Bytes value(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return Bytes.wrap(bytes);
    }
}
