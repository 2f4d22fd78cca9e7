package io.skipstone.store;

import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.lmdbjava.Dbi;
import org.lmdbjava.Txn;

/** The write transaction. */
final class LmdbWriting implements Writing {
    private final Txn<byte[]> txn;
    private final Map<Table, Dbi<byte[]>> tables;
    private final Map<Table, LmdbRows> cursors = new EnumMap<>(Table.class);

    LmdbWriting(Txn<byte[]> txn, Map<Table, Dbi<byte[]>> tables) {
        this.txn = txn;
        this.tables = tables;
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        return LmdbEngine.call(
                "get", () -> Optional.ofNullable(dbi(tables, table).get(txn, key)));
    }

    @Override
    public Rows rows(Table table) {
        return cursors.computeIfAbsent(
                table,
                absent -> LmdbEngine.call(
                        "cursor", () -> new LmdbRows(dbi(tables, absent).openCursor(txn))));
    }

    @Override
    public long rowCount(Table table) {
        return LmdbEngine.call("stat", () -> dbi(tables, table).stat(txn)).entries;
    }

    @Override
    public void put(Table table, byte[] key, byte[] row) {
        LmdbEngine.call("put", () -> dbi(tables, table).put(txn, key, row));
    }

    @Override
    public boolean delete(Table table, byte[] key) {
        return LmdbEngine.call("delete", () -> dbi(tables, table).delete(txn, key));
    }

    @Override
    public void commit() {
        closeCursors();
        LmdbEngine.run("commit", txn::commit);
    }

    @Override
    public void close() {
        closeCursors();
        LmdbEngine.run("abort", txn::close);
    }

    /** LMDB frees a write transaction's cursors at its end: ours must be gone before. */
    private void closeCursors() {
        cursors.values().forEach(LmdbRows::close);
        cursors.clear();
    }

    static Dbi<byte[]> dbi(Map<Table, Dbi<byte[]>> tables, Table table) {
        return Objects.requireNonNull(tables.get(table), table::name);
    }
}
