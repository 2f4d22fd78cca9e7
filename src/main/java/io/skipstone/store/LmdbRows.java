package io.skipstone.store;

import io.skipstone.store.Engine.Rows;
import org.lmdbjava.Cursor;
import org.lmdbjava.GetOp;
import org.lmdbjava.SeekOp;
import org.lmdbjava.Txn;

/** A cursor of LMDB. */
final class LmdbRows implements Rows {
    private final Cursor<byte[]> cursor;
    private boolean outdated;

    LmdbRows(Cursor<byte[]> cursor) {
        this.cursor = cursor;
    }

    @Override
    public boolean seek(byte[] key) {
        return LmdbEngine.call("seek", () -> cursor.get(key, GetOp.MDB_SET_RANGE));
    }

    @Override
    public boolean last() {
        return move(SeekOp.MDB_LAST);
    }

    @Override
    public boolean next() {
        return move(SeekOp.MDB_NEXT);
    }

    @Override
    public boolean previous() {
        return move(SeekOp.MDB_PREV);
    }

    private boolean move(SeekOp op) {
        return LmdbEngine.call("move", () -> cursor.seek(op));
    }

    @Override
    public byte[] key() {
        return cursor.key();
    }

    @Override
    public byte[] row() {
        return cursor.val();
    }

    /** The transaction was reset: the next use renews the cursor with it. */
    void outdate() {
        outdated = true;
    }

    void renew(Txn<byte[]> txn) {
        if (outdated) {
            LmdbEngine.run("renew cursor", () -> cursor.renew(txn));
            outdated = false;
        }
    }

    void close() {
        LmdbEngine.run("close cursor", cursor::close);
    }
}
