package io.skipstone.store;

import io.skipstone.model.InvariantViolation;
import io.skipstone.store.Engine.Rows;

/** A table that a store of an earlier version does not have. */
final class NoRows implements Rows {
    @Override
    public boolean seek(byte[] key) {
        return false;
    }

    @Override
    public boolean last() {
        return false;
    }

    @Override
    public boolean next() {
        return false;
    }

    @Override
    public boolean previous() {
        return false;
    }

    @Override
    public byte[] key() {
        throw new InvariantViolation("a table that is not there has no row");
    }

    @Override
    public byte[] row() {
        throw new InvariantViolation("a table that is not there has no row");
    }
}
