package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.ReadView.Remembered;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A random run of writes, made from a seed, and the same for every store it is played to. */
record Script(List<Step> steps) {
    /** Bytes that are hard on encodings. */
    private static final byte[] ALPHABET = {0, 1, 2, (byte) 0xFE, (byte) 0xFF, 'a'};

    /** Leases that there may be at once: few, so that keys move between them. */
    private static final int LEASES = 4;

    /** One call of the store. */
    interface Step {
        void play(Store store);
    }

    Script {
        steps = List.copyOf(steps);
    }

    static Script of(long seed, int length) {
        var random = new Random(seed);
        var steps = new ArrayList<Step>();
        long index = 0;
        long clock = 0;
        while (steps.size() < length) {
            int kind = random.nextInt(10);
            if (kind == 0) {
                int rows = 1 + random.nextInt(20);
                steps.add(store -> store.collect(rows));
                continue;
            }
            int entries = 1 + random.nextInt(3);
            long from = index;
            var plan = new ArrayList<Entry>();
            for (int i = 0; i < entries; i++) {
                clock += 1 + random.nextInt(3);
                plan.add(new Entry(new Timestamp(clock), random.nextLong()));
            }
            boolean logged = kind != 1;
            index += logged ? entries : 0;
            steps.add(store -> play(store, logged, from, plan));
        }
        return new Script(steps);
    }

    /** One entry; what it does follows from its seed. */
    private record Entry(Timestamp commitTs, long seed) {}

    private static void play(Store store, boolean logged, long from, List<Entry> plan) {
        WriteAt last = logged ? new Position(1, from + plan.size()) : WriteAt.UNLOGGED;
        store.write(last, txn -> {
            for (int i = 0; i < plan.size(); i++) {
                txn.beginEntry(
                        logged ? new Position(1, from + i + 1) : WriteAt.UNLOGGED,
                        plan.get(i).commitTs());
                change(txn, new Random(plan.get(i).seed()));
            }
            return true;
        });
    }

    private static void change(WriteTxn txn, Random random) {
        long now = txn.commitTs().bits();
        switch (random.nextInt(16)) {
            case 0 -> txn.raiseGcFloor(new Timestamp(Math.max(0, now - random.nextInt(12))));
            case 1 ->
                txn.deletePrefix(
                        Bytes.wrap(bytes(random, random.nextInt(3))),
                        Bytes.wrap(bytes(random, random.nextInt(4))),
                        1 + random.nextInt(6));
            case 2 ->
                txn.remember(
                        Bytes.wrap(bytes(random, 1)),
                        new Remembered(
                                new Timestamp(now + random.nextInt(8)), Bytes.EMPTY, Bytes.wrap(bytes(random, 5))));
            case 3 -> txn.configuration(Bytes.wrap(bytes(random, random.nextInt(20))));
            case 4 -> txn.raiseClockCeiling(new Timestamp(now + random.nextInt(20)));
            case 5, 6 -> grant(txn, 1 + random.nextInt(LEASES));
            case 7 -> end(txn, 1 + random.nextInt(LEASES));
            default -> putAndDelete(txn, random, now);
        }
    }

    private static void grant(WriteTxn txn, long id) {
        if (txn.lease(id).isEmpty()) {
            txn.grantLease(id, 10 + id, 1000);
        }
    }

    private static void end(WriteTxn txn, long id) {
        if (txn.lease(id).isPresent()) {
            txn.endLease(id);
        }
    }

    private static void putAndDelete(WriteTxn txn, Random random, long now) {
        Set<Key> touched = new HashSet<>();
        int operations = 1 + random.nextInt(6);
        for (int i = 0; i < operations; i++) {
            Key key = key(random);
            if (!touched.add(key)) {
                continue;
            }
            if (random.nextInt(3) == 0) {
                txn.delete(key);
            } else {
                long lease = 1L + random.nextInt(2 * LEASES);
                if (txn.lease(lease).isPresent()) {
                    txn.put(key, Bytes.wrap(bytes(random, random.nextInt(40))), Timestamp.NONE, lease);
                    continue;
                }
                Timestamp expiresAt = random.nextInt(3) == 0 ? new Timestamp(now + random.nextInt(15)) : Timestamp.NONE;
                txn.put(key, Bytes.wrap(bytes(random, random.nextInt(40))), expiresAt);
            }
        }
    }

    /** Short keys from few bytes, so that they meet; now and then a long one. */
    static Key key(Random random) {
        return Key.of(bytes(random, 1 + random.nextInt(random.nextInt(8) == 0 ? 30 : 4)));
    }

    static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = ALPHABET[random.nextInt(ALPHABET.length)];
        }
        return bytes;
    }
}
