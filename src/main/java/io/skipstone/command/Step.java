package io.skipstone.command;

import io.skipstone.command.Command.NestedTxn;
import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;

/** One step of a nested transaction. */
public sealed interface Step {
    /**
     * Sets a key.
     *
     * @param value empty if the value is kept
     * @param leaseId the key is attached to this lease and gone with it; 0 for none, and if it is kept
     * @param keeps what of the key stays as it is; if there is no key, nothing of the transaction is done
     * @param previous whether the result has what was there before
     */
    record Put(Key key, Bytes value, long leaseId, Keeps keeps, boolean previous) implements Step {
        /** A new value, and no lease. */
        public Put(Key key, Bytes value) {
            this(key, value, 0, Keeps.NOTHING, false);
        }
    }

    /** Reads a range, as the steps before it have left it. */
    record Read(RangeRead range) implements Step {}

    /**
     * Deletes the keys of a range; that there are none is not an error.
     *
     * @param previous whether the result has what was there before
     */
    record Delete(KeyRange keys, boolean previous) implements Step {}

    /** A transaction as a step. */
    record Nested(NestedTxn txn) implements Step {}

    /**
     * What a put leaves as it is.
     *
     * @param lease and with it the time to live
     */
    record Keeps(boolean value, boolean lease) {
        public static final Keeps NOTHING = new Keeps(false, false);

        public boolean isNothing() {
            return equals(NOTHING);
        }
    }
}
