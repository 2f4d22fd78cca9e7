package io.skipstone.store;

import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.lmdbjava.Dbi;
import org.lmdbjava.Stat;
import org.lmdbjava.Txn;

/** A read transaction with its cursors; kept and renewed, because making one costs more than reading a row. */
final class LmdbReading implements Reading {
    private final Txn<byte[]> txn;
    private final Map<Table, Dbi<byte[]>> tables;
    private final Consumer<LmdbReading> giveBack;
    private final Map<Table, LmdbRows> cursors = new EnumMap<>(Table.class);
    private boolean open = true;

    LmdbReading(Txn<byte[]> txn, Map<Table, Dbi<byte[]>> tables, Consumer<LmdbReading> giveBack) {
        this.txn = txn;
        this.tables = tables;
        this.giveBack = giveBack;
    }

    @Override
    public Optional<byte[]> get(Table table, byte[] key) {
        if (!tables.containsKey(table)) {
            return Optional.empty();
        }
        return LmdbEngine.call("get", () -> Optional.ofNullable(dbi(table).get(txn, key)));
    }

    @Override
    public Rows rows(Table table) {
        if (!tables.containsKey(table)) {
            return new NoRows();
        }
        LmdbRows rows = cursors.computeIfAbsent(
                table,
                absent ->
                        LmdbEngine.call("cursor", () -> new LmdbRows(dbi(absent).openCursor(txn))));
        rows.renew(txn);
        return rows;
    }

    @Override
    public long rowCount(Table table) {
        return tables.containsKey(table) ? stat(table).entries : 0;
    }

    Stat stat(Table table) {
        return LmdbEngine.call("stat", () -> dbi(table).stat(txn));
    }

    private Dbi<byte[]> dbi(Table table) {
        return LmdbWriting.dbi(tables, table);
    }

    @Override
    public void close() {
        if (open) {
            open = false;
            giveBack.accept(this);
        }
    }

    void reset() {
        LmdbEngine.run("reset", txn::reset);
        cursors.values().forEach(LmdbRows::outdate);
    }

    void renew() {
        LmdbEngine.run("renew", txn::renew);
        open = true;
    }

    void free() {
        cursors.values().forEach(LmdbRows::close);
        LmdbEngine.run("close", txn::close);
    }
}
