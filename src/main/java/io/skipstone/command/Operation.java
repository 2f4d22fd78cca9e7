package io.skipstone.command;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;

/** One step of a transaction. */
public sealed interface Operation {
    /**
     * Sets a key.
     *
     * @param ttlMillis the key is gone this long after its commit timestamp; 0 for never
     * @param leaseId the key is attached to this lease and gone with it; 0 for none. Not together with a time to live
     */
    record Put(Key key, Bytes value, long ttlMillis, long leaseId) implements Operation {
        /** Without a lease. */
        public Put(Key key, Bytes value, long ttlMillis) {
            this(key, value, ttlMillis, 0);
        }
    }

    /** Removes a key; a missing key is not an error. */
    record Delete(Key key) implements Operation {}

    /**
     * Removes every key that starts with {@code prefix} and not with {@code exclude}. The only operation of its branch.
     *
     * @param prefix empty: every key
     * @param exclude empty: nothing is kept
     * @param maxKeys if more keys would go, none goes and the outcome says so
     */
    record DeletePrefix(Bytes prefix, Bytes exclude, int maxKeys) implements Operation {}

    /** Reads a key as the transaction finds it, its own earlier writes included. */
    record Get(Key key) implements Operation {}
}
