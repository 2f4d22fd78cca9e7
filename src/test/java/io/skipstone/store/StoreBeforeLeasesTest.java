package io.skipstone.store;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.StoreState.Known;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.Env;
import org.lmdbjava.EnvFlags;

/** A store of format 1: without the tables of leases, and with a meta record that says so. */
class StoreBeforeLeasesTest {
    private static final Key KEY = Key.utf8("a");
    private static final Moment NOW = Moment.at(new Timestamp(99));

    @TempDir
    private Path directory;

    private StoreConfig config;

    @BeforeEach
    void makeOne() {
        config = StoreConfig.of(directory.resolve("kv"), directory.resolve("native"));
        try (Store store = LmdbStore.open(config)) {
            entry(store, 1, txn -> txn.put(KEY, Bytes.utf8("1"), Timestamp.NONE));
        }
        try (Env<byte[]> env = Env.create(ByteArrayProxy.PROXY_BA)
                .setMaxDbs(Engine.Table.values().length)
                .open(config.directory().toFile(), EnvFlags.MDB_NOTLS)) {
            try (var txn = env.txnWrite()) {
                for (String table : List.of("lease", "lease_key")) {
                    env.openDbi(txn, table.getBytes(US_ASCII), null, false).drop(txn, true);
                }
                Dbi<byte[]> meta = env.openDbi(txn, "meta".getBytes(US_ASCII), null, false);
                meta.put(txn, MetaRecord.ROW_KEY, asFormat1(meta.get(txn, MetaRecord.ROW_KEY)));
                txn.commit();
            }
        }
    }

    private static byte[] asFormat1(byte[] record) {
        return new RowWriter(record.length)
                .int4(MetaRecord.MAGIC)
                .int4(1)
                .bytes(Arrays.copyOfRange(record, 2 * Integer.BYTES, record.length - Integer.BYTES))
                .sealWith(MetaRecord.ROW_KEY);
    }

    private static void entry(Store store, long index, Store.WriteWork<?> work) {
        var position = new Position(1, index);
        store.write(position, txn -> {
            txn.beginEntry(position, new Timestamp(10 * index));
            return work.run(txn);
        });
    }

    @Test
    void isReadByWhoeverOnlyLooks() {
        assertThat(LmdbStore.inspect(config).state()).isInstanceOf(Known.class);
        assertThat(LmdbStore.inspect(config).rows()).containsEntry("kv", 1L).containsEntry("lease", 0L);
        assertThat(LmdbStore.<Object>readStopped(
                        config, view -> view.get(KEY, NOW).orElseThrow().value()))
                .contains(Bytes.utf8("1"));
        assertThat(LmdbStore.readStopped(
                        config,
                        view -> view.lease(1).isEmpty()
                                && view.leases(0, 10).isEmpty()
                                && view.leaseCount() == 0
                                && view.leaseKeys(1, 10, 10).isEmpty()))
                .contains(true);
        assertThat(LmdbStore.readStopped(config, StateHash::of)).isPresent();
    }

    @Test
    void takesLeasesOnceItIsOpened() {
        try (Store store = LmdbStore.open(config)) {
            assertThat(store.openedAs()).isInstanceOf(Known.class);

            entry(store, 2, txn -> txn.grantLease(7, 60, 10));
            entry(store, 3, txn -> txn.put(KEY, Bytes.utf8("2"), Timestamp.NONE, 7));
        }

        try (Store store = LmdbStore.open(config);
                ReadView view = store.read()) {
            assertThat(view.lease(7)).contains(new GrantedLease(7, 60, new Timestamp(20), 10, 1));
            assertThat(view.get(KEY, NOW).orElseThrow().createRevision()).isEqualTo(1);
        }
    }
}
