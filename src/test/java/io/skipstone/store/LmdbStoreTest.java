package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Fresh;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.Unknown;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only a store on a disk can do, or fail to do. */
class LmdbStoreTest {
    private static final long SMALL_MAP_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private final AtomicReference<FailingEngine> engine = new AtomicReference<>();

    @Nested
    class Opening {
        @Test
        @DisplayName("findsNothingInANewDirectory [LastAppliedIndex_MissingMetaKey]")
        void findsNothingInANewDirectory() {
            try (Store store = open()) {
                assertThat(store.openedAs()).isEqualTo(new Fresh());
                assertThat(store.meta()).isEqualTo(StoreMeta.EMPTY);
            }
        }

        @Test
        void staysFreshUntilSomethingIsWritten() {
            open().close();

            try (Store store = open()) {
                assertThat(store.openedAs()).isEqualTo(new Fresh());
            }
        }

        @Test
        void makesANewStoreUnderAnotherNameFirst() throws IOException {
            Files.createDirectories(kv());
            Files.write(kv().resolve("data.mdb.new"), new byte[8192]);

            try (Store store = open()) {
                assertThat(store.openedAs()).isEqualTo(new Fresh());
                put(store, 1, "a");
            }

            assertThat(kv()).isDirectoryNotContaining("glob:**/data.mdb.new*");
        }

        @Test
        void findsThePositionAndTheDataOfTheLastWrite() {
            StoreMeta written;
            try (Store store = open()) {
                put(store, 1, "a");
                written = store.meta();
            }

            try (Store store = open()) {
                assertThat(store.openedAs()).isEqualTo(new Known(written));
                assertThat(count(store)).isEqualTo(1);
            }
        }

        @Test
        @DisplayName("isInDoubtWithoutTheMetaRecord [SkipGate_FallbackMissingMeta]")
        void isInDoubtWithoutTheMetaRecord() {
            assertThatDoubt(writing -> writing.delete(Table.META, MetaRecord.ROW_KEY), Doubt.META_MISSING);
        }

        @Test
        @DisplayName("isInDoubtWithAShortOrCorruptMetaRecord [LastAppliedIndex_CorruptValue]")
        void isInDoubtWithAShortOrCorruptMetaRecord() {
            byte[] whole = MetaRecord.encode(StoreMeta.EMPTY);
            whole[20]++;
            assertThatDoubt(writing -> writing.put(Table.META, MetaRecord.ROW_KEY, whole), Doubt.META_CORRUPT);
            assertThatDoubt(writing -> writing.put(Table.META, MetaRecord.ROW_KEY, new byte[3]), Doubt.META_CORRUPT);
        }

        @Test
        void isInDoubtWithAFormatOfTheFuture() {
            byte[] later = new RowWriter(16).int4(MetaRecord.MAGIC).int4(99).sealWith(MetaRecord.ROW_KEY);

            assertThatDoubt(writing -> writing.put(Table.META, MetaRecord.ROW_KEY, later), Doubt.FORMAT_UNKNOWN);
        }

        private void assertThatDoubt(Consumer<Engine.Writing> damage, Doubt doubt) {
            if (Files.exists(kv())) {
                LmdbStore.quarantine(kv());
            }
            try (Store store = open()) {
                put(store, 1, "a");
                try (Engine.Writing writing = engine.get().write()) {
                    damage.accept(writing);
                    writing.commit();
                }
            }
            assertThatOpensInDoubt(doubt);
        }

        @Test
        void isInDoubtWithAFileThatIsNotLmdb() throws IOException {
            Files.createDirectories(kv());
            Files.write(kv().resolve("data.mdb"), new byte[100_000]);

            assertThatOpensInDoubt(Doubt.ENV_CORRUPT);
        }

        @Test
        void isInDoubtWithACutFile() throws IOException {
            try (Store store = open()) {
                store.write(new Position(1, 1), txn -> {
                    txn.beginEntry(new Position(1, 1), new Timestamp(1));
                    return txn.put(Key.utf8("a"), Bytes.wrap(new byte[4 << 20]), Timestamp.NONE);
                });
            }
            try (FileChannel file = FileChannel.open(kv().resolve("data.mdb"), StandardOpenOption.WRITE)) {
                file.truncate(100_000);
            }

            assertThatOpensInDoubt(Doubt.ENV_CORRUPT);
        }

        @Test
        @DisplayName("isInDoubtWhereItMayNotRead [SkipGate_FallbackReadErr]")
        void isInDoubtWhereItMayNotRead() throws IOException {
            Files.write(kv(), new byte[0]);

            assertThatOpensInDoubt(Doubt.READ_ERROR);
        }

        private void assertThatOpensInDoubt(Doubt doubt) {
            assertThat(LmdbStore.inspect(config(SMALL_MAP_BYTES, SMALL_MAP_BYTES))
                            .state())
                    .isEqualTo(new Unknown(doubt));
            try (Store store = open()) {
                assertThat(store.openedAs()).isEqualTo(new Unknown(doubt));
                assertThatThrownBy(store::read).isInstanceOf(InvariantViolation.class);
                assertThatThrownBy(store::meta).isInstanceOf(InvariantViolation.class);
                assertThatThrownBy(() -> put(store, 1, "a")).isInstanceOf(InvariantViolation.class);
            }
        }

        @Test
        void isRefusedTwiceInOneProcess() {
            Store store = open();

            assertThatThrownBy(LmdbStoreTest.this::open)
                    .isInstanceOf(InvariantViolation.class)
                    .hasMessageContaining("already");
            store.close();
            open().close();
        }

        @Test
        void afterAQuarantineFindsNothingAndLosesNothing() {
            try (Store store = open()) {
                put(store, 1, "a");
            }

            Path first = LmdbStore.quarantine(kv());
            open().close();
            Path second = LmdbStore.quarantine(kv());

            assertThat(first.getFileName()).hasToString("kv.quarantined-1");
            assertThat(second.getFileName()).hasToString("kv.quarantined-2");
            assertThat(first.resolve("data.mdb")).exists();
        }
    }

    @Nested
    class AFullMap {
        @Test
        void growsAndTheWorkRunsAgainOnTheCommittedState() {
            var runs = new AtomicInteger();
            try (Store store = open(config(SMALL_MAP_BYTES, 64 * SMALL_MAP_BYTES))) {
                put(store, 1, "before");
                store.write(new Position(1, 2), txn -> {
                    runs.incrementAndGet();
                    assertThat(txn.revision()).isEqualTo(1);
                    txn.beginEntry(new Position(1, 2), new Timestamp(20));
                    return txn.put(Key.utf8("big"), Bytes.wrap(new byte[3 << 20]), Timestamp.NONE);
                });

                assertThat(runs.get()).isGreaterThan(1);
                assertThat(store.meta().revision()).isEqualTo(2);
                assertThat(store.meta().nextBigId()).isEqualTo(2);
                assertThat(count(store)).isEqualTo(2);
                assertThat(store.stats().mapBytes()).isGreaterThan(3 << 20);
            }
            try (Store store = open()) {
                assertThat(count(store)).isEqualTo(2);
            }
        }

        @Test
        void waitsForOpenViewsBeforeItMoves() {
            try (Store store = open(config(SMALL_MAP_BYTES, 64 * SMALL_MAP_BYTES))) {
                put(store, 1, "a");
                ReadView view = store.read();
                var written = CompletableFuture.supplyAsync(() -> store.write(new Position(1, 2), txn -> {
                    txn.beginEntry(new Position(1, 2), new Timestamp(20));
                    return txn.put(Key.utf8("big"), Bytes.wrap(new byte[3 << 20]), Timestamp.NONE);
                }));

                for (int i = 0; i < 1000; i++) {
                    assertThat(view.get(Key.utf8("a"), Moment.at(new Timestamp(10))))
                            .isPresent();
                }
                assertThat(written).isNotDone();
                view.close();

                assertThat(written.join().version()).isEqualTo(1);
            }
        }

        @Test
        void isAFailureWhenItMayNotGrowAndNothingIsWritten() {
            try (Store store = open(config(SMALL_MAP_BYTES, SMALL_MAP_BYTES))) {
                put(store, 1, "a");

                assertThatThrownBy(() -> store.write(new Position(1, 2), txn -> {
                            txn.beginEntry(new Position(1, 2), new Timestamp(20));
                            return txn.put(Key.utf8("big"), Bytes.wrap(new byte[3 << 20]), Timestamp.NONE);
                        }))
                        .isInstanceOf(StoreFailure.class)
                        .hasMessageContaining("may not grow");
                assertThat(count(store)).isEqualTo(1);
            }
            try (Store store = open()) {
                assertThat(store.meta().applied()).contains(new Position(1, 1));
            }
        }

        @Test
        void isSeenComing() {
            try (Store store = open(config(SMALL_MAP_BYTES, 2 * SMALL_MAP_BYTES))) {
                StoreSpace space = store.space();

                assertThat(space.maxMapBytes()).isEqualTo(2 * SMALL_MAP_BYTES);
                assertThat(space.roomBytes()).isPositive().isLessThan(2 * SMALL_MAP_BYTES);
            }
        }
    }

    @Nested
    class AFailure {
        @Test
        void ofASyncPromisesNothingAndTheNextOneMakesItGood() {
            try (Store store = open()) {
                put(store, 1, "a");
                engine.get().failSyncs(1);

                assertThatThrownBy(store::sync).isInstanceOf(SyncFailure.class).hasRootCauseMessage("on purpose");

                store.sync();
                put(store, 2, "b");
                assertThat(count(store)).isEqualTo(2);
            }
        }

        @Test
        void ofASyncIsMadeGoodBeforeTheNextWriteReusesAPage() {
            try (Store store = open()) {
                put(store, 1, "a");
                engine.get().failSyncs(1);
                assertThatThrownBy(store::sync).isInstanceOf(SyncFailure.class);
                engine.get().calls().clear();

                put(store, 2, "b");
                put(store, 3, "c");

                assertThat(engine.get().calls()).containsExactly("sync", "write", "write");
            }
        }

        @Test
        void ofTwoSyncsInARowIsFinal() {
            try (Store store = open()) {
                put(store, 1, "a");
                engine.get().failSyncs(2);

                assertThatThrownBy(store::sync).isInstanceOf(SyncFailure.class);
                assertThatThrownBy(store::sync)
                        .isExactlyInstanceOf(StoreFailure.class)
                        .hasMessage("the sync failed again, and the store takes no more writes");
                assertThatThrownBy(() -> put(store, 2, "b")).isExactlyInstanceOf(StoreFailure.class);
                assertThatThrownBy(store::sync).isExactlyInstanceOf(StoreFailure.class);
                assertThat(store.meta().applied()).contains(new Position(1, 1));
            }
        }

        @Test
        void ofASyncAndOfTheOneBeforeTheNextWriteIsFinal() {
            try (Store store = open()) {
                put(store, 1, "a");
                engine.get().failSyncs(2);

                assertThatThrownBy(store::sync).isInstanceOf(SyncFailure.class);
                assertThatThrownBy(() -> put(store, 2, "b")).isExactlyInstanceOf(StoreFailure.class);
                assertThatThrownBy(() -> put(store, 2, "b")).hasMessageContaining("failed before");
                assertThat(count(store)).isEqualTo(1);
            }
        }

        @Test
        void ofACommitLeavesTheStateBefore() {
            try (Store store = open()) {
                put(store, 1, "a");
                engine.get().failAfter(3);

                assertThatThrownBy(() -> put(store, 2, "b")).isInstanceOf(StoreFailure.class);
                assertThat(store.meta().applied()).contains(new Position(1, 1));
                assertThat(count(store)).isEqualTo(1);
            }
        }
    }

    @Nested
    class ASync {
        @Test
        void writesTheNewestMetaPageAgainSoThatAPageTakenForWrittenIsDirtyOnceMore() throws IOException {
            try (Store store = open()) {
                put(store, 1, "a");
                store.sync();
                Path file = kv().resolve("data.mdb");
                byte[] before = Files.readAllBytes(file);
                Files.setLastModifiedTime(file, FileTime.fromMillis(0));

                store.sync();

                assertThat(Files.getLastModifiedTime(file)).isGreaterThan(FileTime.fromMillis(0));
                assertThat(Files.readAllBytes(file)).isEqualTo(before);
                put(store, 2, "b");
                assertThat(count(store)).isEqualTo(2);
            }
        }
    }

    @Nested
    class ABrokenRow {
        @Test
        void stopsTheReadInsteadOfAnsweringWrongly() {
            try (Store store = open()) {
                put(store, 1, "a");
                byte[] rowKey = KeyCodec.versionKey(new byte[] {0, 'a', 0, 1}, 10);
                try (Engine.Writing writing = engine.get().write()) {
                    byte[] row = writing.get(Table.KV, rowKey).orElseThrow();
                    row[3]++;
                    writing.put(Table.KV, rowKey, row);
                    writing.commit();
                }

                assertThatThrownBy(() -> count(store)).isInstanceOf(InvariantViolation.class);
                assertThatThrownBy(() -> new LatestView(store).get(Key.utf8("a"), Moment.at(new Timestamp(10))))
                        .isInstanceOf(InvariantViolation.class)
                        .hasMessageContaining("checksum");
            }
        }

        @Test
        void isFoundInAPieceOfALargeValue() {
            try (Store store = open()) {
                store.write(new Position(1, 1), txn -> {
                    txn.beginEntry(new Position(1, 1), new Timestamp(10));
                    return txn.put(Key.utf8("a"), Bytes.wrap(new byte[50_000]), Timestamp.NONE);
                });
                try (Engine.Writing writing = engine.get().write()) {
                    byte[] pieceKey = KeyCodec.longIntKey(1, 2);
                    byte[] piece = writing.get(Table.BIG, pieceKey).orElseThrow();
                    piece[100]++;
                    writing.put(Table.BIG, pieceKey, piece);
                    writing.commit();
                }

                assertThatThrownBy(() -> new LatestView(store).get(Key.utf8("a"), Moment.at(new Timestamp(10))))
                        .isInstanceOf(InvariantViolation.class);
            }
        }

        @Test
        void ofTheMetaIsFoundBeforeTheNextWrite() {
            try (Store store = open()) {
                put(store, 1, "a");
                try (Engine.Writing writing = engine.get().write()) {
                    writing.put(Table.META, MetaRecord.ROW_KEY, MetaRecord.encode(StoreMeta.EMPTY));
                    writing.commit();
                }

                assertThatThrownBy(() -> put(store, 2, "b"))
                        .isInstanceOf(InvariantViolation.class)
                        .hasMessage("the meta record is not the one committed last");
            }
        }
    }

    @Nested
    class AnInspection {
        @Test
        void countsTheRowsOfEveryTable() {
            try (Store store = open()) {
                put(store, 1, "a");
                put(store, 2, "b");
            }

            StoreInspection found = LmdbStore.inspect(config(SMALL_MAP_BYTES, SMALL_MAP_BYTES));

            assertThat(found.state()).isInstanceOf(Known.class);
            assertThat(found.rows())
                    .containsEntry("kv", 2L)
                    .containsEntry("changes", 2L)
                    .containsEntry("meta", 1L);
        }

        @Test
        void ofNothingFindsNothingAndMakesNothing() {
            assertThat(LmdbStore.inspect(config(SMALL_MAP_BYTES, SMALL_MAP_BYTES))
                            .state())
                    .isEqualTo(new Fresh());
            assertThat(kv()).doesNotExist();
        }
    }

    @Test
    void alwaysSyncedItKeepsItsWritesToo() {
        var config = config(SMALL_MAP_BYTES, SMALL_MAP_BYTES);
        var always = new StoreConfig(
                config.directory(), config.nativeDirectory(), SMALL_MAP_BYTES, SMALL_MAP_BYTES, 4, SyncMode.ALWAYS);
        try (Store store = LmdbStore.open(always)) {
            put(store, 1, "a");
        }
        try (Store store = LmdbStore.open(always)) {
            assertThat(count(store)).isEqualTo(1);
        }
    }

    private Path kv() {
        return directory.resolve("kv");
    }

    private StoreConfig config(long mapBytes, long maxMapBytes) {
        return new StoreConfig(kv(), directory.resolve("native"), mapBytes, maxMapBytes, 4, SyncMode.META_DEFERRED);
    }

    private LmdbStore open() {
        return open(config(64 * SMALL_MAP_BYTES, 64 * SMALL_MAP_BYTES));
    }

    private LmdbStore open(StoreConfig config) {
        return LmdbStore.open(config, Layout.STANDARD, real -> {
            engine.set(new FailingEngine(real));
            return engine.get();
        });
    }

    private static void put(Store store, long index, String key) {
        var at = new Position(1, index);
        store.write(at, txn -> {
            txn.beginEntry(at, new Timestamp(10 * index));
            return txn.put(Key.utf8(key), Bytes.utf8("value"), Timestamp.NONE);
        });
    }

    private static long count(Store store) {
        return new LatestView(store).count(KeyRange.ALL, Moment.at(store.meta().lastCommitTs()), 99);
    }
}
