package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.skipstone.model.Bytes;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.InjectedFailure;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException;
import io.skipstone.model.Timestamp;
import io.skipstone.store.StoreState.Known;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCopyTest {
    private static final long MAP_BYTES = 64 << 20;
    private static final Bytes CONFIGURATION = Bytes.utf8("n1=host:2380");

    @TempDir
    private Path root;

    @AfterEach
    void disarm() {
        Failpoints.arm(Map.of());
    }

    @Nested
    class Copying {
        @Test
        void copiesTheStoreAsTheLastCommitLeftIt() throws IOException {
            List<String> image;
            StoreMeta meta;
            try (LmdbStore store = open("store")) {
                fill(store, 1, 200);
                image = StoreImage.of(store, 7);
                meta = store.meta();
                store.copyInto(empty("copy"), 0);
            }

            assertThat(LmdbStore.inspect(config("copy", MAP_BYTES)).state()).isEqualTo(new Known(meta));
            try (LmdbStore copy = open("copy")) {
                assertThat(StoreImage.of(copy, 7)).isEqualTo(image);
            }
        }

        @Test
        void leavesFreePagesBehind() throws IOException {
            try (LmdbStore store = open("store")) {
                store.write(new Position(1, 1), txn -> {
                    txn.beginEntry(new Position(1, 1), new Timestamp(1));
                    return txn.put(Key.utf8("big"), Bytes.wrap(new byte[4 << 20]), Timestamp.NONE);
                });
                store.write(new Position(1, 2), txn -> {
                    txn.beginEntry(new Position(1, 2), new Timestamp(2));
                    txn.delete(Key.utf8("big"));
                    return txn.raiseGcFloor(new Timestamp(2));
                });
                while (store.collect(1000)) {
                    assertThat(store.meta().revision()).isEqualTo(2);
                }

                store.copyInto(empty("copy"), 0);
            }

            assertThat(Files.size(root.resolve("store/data.mdb"))).isGreaterThan(4 << 20);
            assertThat(Files.size(root.resolve("copy/data.mdb"))).isLessThan(1 << 20);
        }

        /** Whatever is written meanwhile, the copy is the store at one index, its own. */
        @Test
        void holdsTheStateOfItsOwnIndexWhileOthersWrite() throws IOException {
            var images = new HashMap<Position, List<String>>();
            var copies = new ArrayList<Path>();
            try (LmdbStore store = open("store")) {
                fill(store, 1, 50);
                var done = new AtomicBoolean();
                CompletableFuture<Void> copying = CompletableFuture.runAsync(() -> {
                    for (int n = 0; n < 5; n++) {
                        copies.add(copy(store, "copy-" + n));
                    }
                    done.set(true);
                });
                for (int index = 51; !done.get() || index < 55; index++) {
                    fill(store, index, index);
                    images.put(store.meta().applied().orElseThrow(), contents(store));
                }
                copying.join();
                for (int n = 0; n < 5; n++) {
                    try (LmdbStore copy = open("copy-" + n)) {
                        Position at = copy.meta().applied().orElseThrow();
                        if (at.index() > 50) {
                            assertThat(contents(copy)).isEqualTo(images.get(at));
                        }
                    }
                }
            }
            assertThat(copies).hasSize(5);
        }

        @Test
        void refusesWhenTheDiskHasNoRoom() throws IOException {
            try (LmdbStore store = open("store")) {
                fill(store, 1, 10);
                Path copy = empty("copy");

                assertThatThrownBy(() -> store.copyInto(copy, Long.MAX_VALUE / 2))
                        .isInstanceOf(SkipstoneException.OutOfSpace.class)
                        .hasMessageContaining("make room");

                assertThat(copy).isEmptyDirectory();
                fill(store, 11, 12);
            }
        }

        @Test
        void doesNotHarmTheStoreWhenItFails() throws IOException {
            try (LmdbStore store = open("store")) {
                fill(store, 1, 10);

                assertThatThrownBy(() -> store.copyInto(root.resolve("nowhere"), 0))
                        .isInstanceOf(IOException.class);
                Path taken = empty("taken");
                Files.write(taken.resolve("data.mdb"), new byte[1]);
                assertThatThrownBy(() -> store.copyInto(taken, 0)).isInstanceOf(IOException.class);

                fill(store, 11, 12);
                store.sync();
            }
        }

        @Test
        void standsAtItsFailpointsInOrder() throws IOException {
            try (LmdbStore store = open("store")) {
                fill(store, 1, 10);
                int n = 0;
                for (Failpoint point :
                        List.of(Failpoint.ARTIFACT_BEFORE_COPY, Failpoint.ARTIFACT_COPIED, Failpoint.ARTIFACT_SYNCED)) {
                    Failpoints.arm(Map.of(point, new Failpoints.Plan(new Failpoints.Action.Throw(), 1)));
                    Path copy = empty("copy-" + n++);

                    assertThatThrownBy(() -> store.copyInto(copy, 0)).isInstanceOf(InjectedFailure.class);

                    assertThat(Files.exists(copy.resolve("data.mdb")))
                            .isEqualTo(point != Failpoint.ARTIFACT_BEFORE_COPY);
                }
                fill(store, 11, 12);
            }
        }
    }

    @Nested
    class Growing {
        /** LMDB moves its memory when it grows: under a copy that would crash the process. */
        @Test
        void waitsForTheCopyUnderWayAndLetsReadersRead() throws Exception {
            Failpoints.arm(Map.of(
                    Failpoint.ARTIFACT_BEFORE_COPY, new Failpoints.Plan(new Failpoints.Action.Sleep(60_000), 1)));
            Path copy = empty("copy");
            var config = new StoreConfig(
                    root.resolve("store"), root.resolve("native"), 1 << 20, MAP_BYTES, 4, SyncMode.META_DEFERRED);
            try (LmdbEngine engine = LmdbEngine.open(config, false)) {
                Thread copying = Thread.ofPlatform().start(() -> engine.copy(copy));
                await().until(() -> copying.getState() == Thread.State.TIMED_WAITING);

                Thread growing = Thread.ofPlatform().start(engine::grow);
                await().until(() -> growing.getState() == Thread.State.TIMED_WAITING);
                assertThat(engine.stats().mapBytes()).isEqualTo(1 << 20);
                copying.interrupt();
                copying.join();
                growing.join();

                assertThat(engine.stats().mapBytes()).isEqualTo(2 << 20);
                assertThat(copy.resolve("data.mdb")).isNotEmptyFile();
            }
        }
    }

    @Nested
    class FoundingAGroup {
        private final UUID newGroup = new UUID(7, 8);

        @Test
        void keepsTheIndexAndTheDataAndForgetsTermAndMembers() throws IOException {
            StoreMeta before;
            List<String> contents;
            try (LmdbStore store = open("store")) {
                fill(store, 1, 10);
                before = store.meta();
                contents = contents(store);
                store.copyInto(empty("copy"), 0);
            }

            LmdbStore.foundGroup(config("copy", MAP_BYTES), newGroup);

            try (LmdbStore copy = open("copy")) {
                StoreMeta after = copy.meta();
                assertThat(after.groupId()).contains(newGroup);
                assertThat(after.applied()).contains(new Position(0, 10));
                assertThat(after.configuration()).isEqualTo(Bytes.EMPTY);
                assertThat(after.revision()).isEqualTo(before.revision());
                assertThat(after.lastCommitTs()).isEqualTo(before.lastCommitTs());
                assertThat(contents(copy)).isEqualTo(contents);
            }
            assertThat(before.configuration()).isEqualTo(CONFIGURATION);
        }

        @Test
        void refusesAStoreThatDoesNotKnowItsPosition() {
            assertThatThrownBy(() -> LmdbStore.foundGroup(config("nothing", MAP_BYTES), newGroup))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("does not know its position");
        }
    }

    private LmdbStore open(String name) {
        return LmdbStore.open(config(name, MAP_BYTES), Layout.STANDARD, UnaryOperator.identity());
    }

    private StoreConfig config(String name, long mapBytes) {
        return new StoreConfig(
                root.resolve(name), root.resolve("native"), mapBytes, mapBytes, 4, SyncMode.META_DEFERRED);
    }

    private Path empty(String name) {
        try {
            return Files.createDirectory(root.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path copy(LmdbStore store, String name) {
        Path copy = empty(name);
        try {
            store.copyInto(copy, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    private static void fill(Store store, int from, int to) {
        for (int index = from; index <= to; index++) {
            var at = new Position(1, index);
            store.write(at, txn -> {
                txn.belongTo(new UUID(1, 2));
                txn.configuration(CONFIGURATION);
                txn.beginEntry(at, new Timestamp(at.index()));
                return txn.put(Key.utf8("k" + at.index()), Bytes.utf8("v" + at.index()), Timestamp.NONE);
            });
        }
    }

    private static List<String> contents(Store store) {
        var everything = new ScanQuery(KeyRange.ALL, Order.ASCENDING, Content.KEYS_AND_VALUES, 10_000, Long.MAX_VALUE);
        try (ReadView view = store.read()) {
            return view.scan(everything, Moment.at(view.meta().lastCommitTs())).rows().stream()
                    .map(String::valueOf)
                    .toList();
        }
    }
}
