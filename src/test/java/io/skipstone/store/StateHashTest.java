package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.ReadView.Remembered;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StateHashTest {
    private static final Timestamp NEVER = Timestamp.NONE;
    private static final Layout SMALL = new Layout(4, 8, 12);

    @TempDir
    private Path dir;

    private int opened;

    static StateHash hashOf(Store store) {
        try (ReadView view = store.read()) {
            return StateHash.of(view);
        }
    }

    private static Key key(String name) {
        return Key.utf8(name);
    }

    private static Store model(List<Consumer<WriteTxn>> entries) {
        var store = new SortedMapStore();
        play(store, entries);
        return store;
    }

    private static void play(Store store, List<Consumer<WriteTxn>> entries) {
        long index = 0;
        for (Consumer<WriteTxn> entry : entries) {
            index++;
            var position = new Position(1, index);
            store.write(position, txn -> {
                txn.beginEntry(position, new Timestamp(10 * position.index()));
                entry.accept(txn);
                return true;
            });
        }
    }

    private static StateHash hashAfter(Consumer<WriteTxn> last) {
        List<Consumer<WriteTxn>> entries = new ArrayList<>();
        entries.add(txn -> txn.put(key("a"), Bytes.utf8("1"), NEVER));
        entries.add(txn -> txn.put(key("b"), Bytes.utf8("1"), NEVER));
        entries.add(last);
        try (Store store = model(entries)) {
            return hashOf(store);
        }
    }

    @Nested
    class Differs {
        private final StateHash plain = hashAfter(txn -> txn.put(key("c"), Bytes.utf8("12"), NEVER));

        @Test
        void whenAKeyAValueOrAnExpiryDoes() {
            assertThat(hashAfter(txn -> txn.put(key("d"), Bytes.utf8("12"), NEVER)))
                    .isNotEqualTo(plain);
            assertThat(hashAfter(txn -> txn.put(key("c"), Bytes.utf8("21"), NEVER)))
                    .isNotEqualTo(plain);
            assertThat(hashAfter(txn -> txn.put(key("c1"), Bytes.utf8("2"), NEVER)))
                    .isNotEqualTo(plain);
            assertThat(hashAfter(txn -> txn.put(key("c"), Bytes.utf8("12"), new Timestamp(99))))
                    .isNotEqualTo(plain);
        }

        @Test
        void whenAnOutcomeOrTheFloorDoes() {
            assertThat(hashAfter(txn -> {
                        txn.put(key("c"), Bytes.utf8("12"), NEVER);
                        txn.remember(Bytes.utf8("once"), remembered(99));
                    }))
                    .isNotEqualTo(plain);
            assertThat(hashAfter(txn -> {
                        txn.put(key("c"), Bytes.utf8("12"), NEVER);
                        txn.raiseGcFloor(new Timestamp(5));
                    }))
                    .isNotEqualTo(plain);
        }

        @Test
        void whenALeaseOrAKeysLeaseDoes() {
            StateHash granted = hashAfter(txn -> {
                txn.grantLease(7, 10, 100);
                txn.put(key("c"), Bytes.utf8("12"), NEVER);
            });

            assertThat(granted).isNotEqualTo(plain);
            assertThat(hashAfter(txn -> {
                        txn.grantLease(7, 11, 100);
                        txn.put(key("c"), Bytes.utf8("12"), NEVER);
                    }))
                    .isNotEqualTo(granted);
            assertThat(hashAfter(txn -> {
                        txn.grantLease(7, 10, 100);
                        txn.put(key("c"), Bytes.utf8("12"), NEVER, 7);
                    }))
                    .isNotEqualTo(granted);
        }

        @Test
        void whenOnlyTheHistoryDoes() {
            StateHash once = hashAfter(txn -> {});
            List<Consumer<WriteTxn>> other = List.of(
                    txn -> txn.put(key("a"), Bytes.utf8("1"), NEVER),
                    txn -> {
                        txn.put(key("b"), Bytes.utf8("1"), NEVER);
                        txn.put(key("x"), Bytes.utf8("1"), NEVER);
                    },
                    txn -> txn.delete(key("x")));

            assertThat(hashOf(model(other))).isNotEqualTo(once);
        }

        @Test
        void whenAnEmptyEntryMovedTheCommitTimestamp() {
            assertThat(hashAfter(_ -> {})).isNotEqualTo(plain);
        }
    }

    @Nested
    class IsTheSame {
        @Test
        void whateverGroupConfigurationAndPositionAre() {
            var one = new SortedMapStore();
            var other = new SortedMapStore();
            play(one, List.of(txn -> txn.put(key("a"), Bytes.utf8("1"), NEVER)));
            play(other, List.of(txn -> txn.put(key("a"), Bytes.utf8("1"), NEVER)));
            other.write(new Position(3, 70), txn -> {
                txn.belongTo(new UUID(1, 2));
                txn.configuration(Bytes.utf8("n1"));
                return true;
            });

            assertThat(hashOf(other)).isEqualTo(hashOf(one));
        }

        @Test
        void onceAnOutcomeHasExpiredWhetherItIsCollectedOrNot() {
            StateHash without = hashAfter(_ -> {});

            assertThat(hashAfter(txn -> txn.remember(Bytes.utf8("once"), remembered(30))))
                    .isEqualTo(without);
        }
    }

    private static Remembered remembered(long expiresAt) {
        return new Remembered(new Timestamp(expiresAt), Bytes.utf8("f"), Bytes.utf8("o"));
    }

    @Nested
    class OfRandomScripts {
        static LongStream seeds() {
            return Seeds.first(8);
        }

        @ParameterizedTest(name = "seed {0}")
        @MethodSource("seeds")
        void isTheSameInLmdbWithAnyLayoutAndInTheModelAfterEachStep(long seed) {
            var model = new SortedMapStore();
            try (Store small = open(SMALL);
                    Store standard = open(Layout.STANDARD)) {
                for (Script.Step step : Script.of(seed, 60).steps()) {
                    step.play(model);
                    step.play(small);
                    step.play(standard);

                    assertThat(hashOf(small)).isEqualTo(hashOf(model));
                    assertThat(hashOf(standard)).isEqualTo(hashOf(model));
                }
            }
        }

        @ParameterizedTest(name = "seed {0}")
        @MethodSource("seeds")
        void doesNotDependOnHowFarTheCollectionHasCome(long seed) {
            try (Store store = open(SMALL)) {
                Script.of(seed, 60).steps().forEach(step -> step.play(store));
                store.write(
                        WriteAt.UNLOGGED,
                        txn -> txn.raiseGcFloor(
                                new Timestamp(txn.meta().lastCommitTs().bits() - 5)));
                StateHash before = hashOf(store);

                long slices = 0;
                boolean more = true;
                while (more) {
                    more = store.collect(3);
                    slices++;
                    assertThat(hashOf(store)).isEqualTo(before);
                }

                assertThat(slices).isGreaterThan(2);
            }
        }
    }

    private Store open(Layout layout) {
        var config = StoreConfig.of(dir.resolve("kv-" + opened++), dir.resolve("native"));
        return LmdbStore.open(config, layout, engine -> engine);
    }
}
