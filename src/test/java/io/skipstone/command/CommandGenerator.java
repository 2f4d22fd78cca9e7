package io.skipstone.command;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.command.Command.ReadSet;
import io.skipstone.command.Command.Txn;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Limits;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Random commands that pass the rules, over few keys so that they meet each other. The same random numbers make the same commands.
 */
public final class CommandGenerator {
    private static final int KEYS = 24;
    private static final List<Relation> RELATIONS = List.of(Relation.values());
    private static final Limits LIMITS = Limits.DEFAULT;

    private final RandomGenerator random;

    public CommandGenerator(RandomGenerator random) {
        this.random = random;
    }

    /**
     * The next command.
     *
     * @param now about when the entry will commit
     * @param floor GC floor that may be asked for
     */
    public Command command(Timestamp now, Timestamp floor) {
        return switch (random.nextInt(32)) {
            case 0 -> new Command.Barrier(random.nextLong(0, Command.Barrier.MAX_LEASE_MILLIS + 1));
            case 1 -> new Command.RaiseGcFloor(floor);
            case 2 -> new Command.RaiseClockCeiling(now.plusMillis(random.nextInt(5_000)));
            case 3, 4, 5, 6 ->
                new Command.GrantLease(lease(), 1 + random.nextInt(100), 1 + random.nextInt(4), 1 + random.nextInt(4));
            case 7 -> new Command.RevokeLease(lease());
            case 8 -> new Command.ExpireLease(lease(), now, 1);
            case 9, 10, 11, 12, 13, 14, 15 -> nestedTxn();
            default -> txn(now);
        };
    }

    /** Sometimes an idempotency key, from so few that they repeat. */
    public Once once() {
        return random.nextInt(4) > 0
                ? Once.EACH_TIME
                : new Once.ByKey(Bytes.utf8("once-" + random.nextInt(6)), 1 + random.nextInt(2000));
    }

    /** A nested transaction over the same keys and leases. */
    public NestedTxn nestedTxn() {
        NestedTxn txn;
        do {
            txn = nestedTxn(3);
        } while (!passes(txn));
        return txn;
    }

    private NestedTxn nestedTxn(int depth) {
        return new NestedTxn(some(2, this::rangeCompare), some(4, () -> step(depth)), some(4, () -> step(depth)));
    }

    private Step step(int depth) {
        return switch (random.nextInt(depth > 1 ? 10 : 9)) {
            case 0, 1, 2, 3 -> putStep();
            case 4, 5, 6 -> new Step.Read(rangeRead());
            case 7, 8 -> new Step.Delete(keys(), random.nextBoolean());
            default -> new Step.Nested(nestedTxn(depth - 1));
        };
    }

    private Step.Put putStep() {
        var keeps = new Step.Keeps(random.nextInt(6) == 0, random.nextInt(6) == 0);
        return new Step.Put(
                key(),
                keeps.value() ? Bytes.EMPTY : value(),
                keeps.lease() || random.nextInt(4) > 0 ? 0 : lease(),
                keeps,
                random.nextBoolean());
    }

    private RangeRead rangeRead() {
        return new RangeRead(
                keys(),
                random.nextInt(5) == 0 ? random.nextInt(120) : RangeRead.NEWEST,
                random.nextInt(4),
                one(RangeRead.Content.values()),
                one(RangeRead.Order.values()),
                one(RangeRead.By.values()),
                between(),
                between());
    }

    private RangeRead.Between between() {
        if (random.nextInt(3) > 0) {
            return RangeRead.Between.ANY;
        }
        long least = random.nextInt(-2, 100);
        return new RangeRead.Between(least, random.nextBoolean() ? Long.MAX_VALUE : least + random.nextInt(100));
    }

    private RangeCompare rangeCompare() {
        return new RangeCompare(
                keys(),
                one(Relation.values()),
                switch (random.nextInt(5)) {
                    case 0 -> new RangeCompare.Target.Value(value());
                    case 1 -> new RangeCompare.Target.Version(random.nextInt(-1, 4));
                    case 2 -> new RangeCompare.Target.CreateRevision(random.nextInt(-1, 100));
                    case 3 -> new RangeCompare.Target.ModRevision(random.nextInt(-1, 100));
                    default -> new RangeCompare.Target.LeaseId(random.nextInt(6));
                });
    }

    /** One key more often than not, or a few, or all, or none. */
    private KeyRange keys() {
        return switch (random.nextInt(8)) {
            case 0 -> KeyRange.ALL;
            case 1 -> KeyRange.prefix(prefix());
            case 2 -> new KeyRange(key().bytes(), Bytes.EMPTY);
            case 3 -> {
                Bytes one = key().bytes();
                Bytes other = key().bytes();
                yield one.compareTo(other) <= 0 ? new KeyRange(one, other) : new KeyRange(other, one);
            }
            default -> key().asRange();
        };
    }

    private <T> T one(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private Txn txn(Timestamp now) {
        Txn txn;
        do {
            txn = new Txn(some(3, this::compare), branch(), branch(), reads(now));
        } while (!passes(txn));
        return txn;
    }

    private static boolean passes(Command txn) {
        try {
            CommandRules.check(txn, Once.EACH_TIME, LIMITS);
            return true;
        } catch (SkipstoneException e) {
            return false;
        }
    }

    private List<Operation> branch() {
        if (random.nextInt(8) == 0) {
            return List.of(deletePrefix());
        }
        Set<Key> written = new HashSet<>();
        return some(6, this::operation).stream()
                .filter(operation -> switch (operation) {
                    case Operation.Put put -> written.add(put.key());
                    case Operation.Delete(var key) -> written.add(key);
                    case Operation.Get _ -> true;
                    case Operation.DeletePrefix _ -> false;
                })
                .toList();
    }

    private Operation operation() {
        return switch (random.nextInt(6)) {
            case 0 -> new Operation.Get(key());
            case 1, 2 -> new Operation.Delete(key());
            default -> put();
        };
    }

    private Operation.Put put() {
        return switch (random.nextInt(6)) {
            case 0, 1 -> new Operation.Put(key(), value(), 1 + random.nextInt(3000));
            case 2 -> new Operation.Put(key(), value(), 0, lease());
            default -> new Operation.Put(key(), value(), 0);
        };
    }

    /** From so few that they are there more often than not. */
    private long lease() {
        return 1L + random.nextInt(5);
    }

    private Operation deletePrefix() {
        Bytes prefix = prefix();
        Bytes exclude = random.nextBoolean() ? Bytes.EMPTY : longer(prefix);
        return new Operation.DeletePrefix(prefix, exclude, random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1000);
    }

    private Compare compare() {
        Relation relation = RELATIONS.get(random.nextInt(RELATIONS.size()));
        Target target =
                switch (random.nextInt(6)) {
                    case 0 -> new Target.Value(value());
                    case 1 -> new Target.Version(random.nextInt(4));
                    case 2 -> new Target.CreateRevision(random.nextInt(200));
                    case 3 -> new Target.ModRevision(random.nextInt(200));
                    case 4 -> new Target.CommitTimestamp(new Timestamp(random.nextLong(Long.MAX_VALUE)));
                    default -> new Target.Exists(random.nextBoolean());
                };
        boolean ordered = !(target instanceof Target.Exists);
        return new Compare(key(), ordered ? relation : Relation.EQUAL, target);
    }

    private ReadSet reads(Timestamp now) {
        if (random.nextInt(3) > 0) {
            return ReadSet.NONE;
        }
        long ago = random.nextLong(1 + Math.min(now.millis(), 3000));
        return new ReadSet(
                Timestamp.ofMillis(Math.max(1, now.millis() - ago)), some(3, this::key), some(2, this::range));
    }

    private KeyRange range() {
        return random.nextInt(6) == 0 ? KeyRange.ALL : KeyRange.prefix(prefix());
    }

    private Bytes prefix() {
        return random.nextInt(12) == 0 ? Bytes.EMPTY : Bytes.utf8("k" + random.nextInt(4));
    }

    private Bytes longer(Bytes prefix) {
        return prefix.isEmpty() ? Bytes.utf8("k1") : Bytes.utf8(prefix.toUtf8() + "/" + random.nextInt(3));
    }

    private Key key() {
        int number = random.nextInt(KEYS);
        return Key.utf8("k" + number % 4 + "/" + number % 6);
    }

    private Bytes value() {
        byte[] value = new byte[random.nextInt(20) == 0 ? 5000 : random.nextInt(4)];
        random.nextBytes(value);
        return Bytes.wrap(value);
    }

    private <T> List<T> some(int most, Supplier<T> one) {
        return Stream.generate(one).limit(random.nextInt(most + 1)).toList();
    }
}
