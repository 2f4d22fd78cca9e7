package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView.Remembered;
import java.util.Optional;

/** Is shown the whole state of a store, a piece at a time: see {@link ReadView#visit}. */
public interface StateVisitor {
    /**
     * A version that some read at the GC floor or later can see; keys in order, the newest version of a key first.
     *
     * @param written empty for a delete
     */
    void version(Key key, Timestamp commitTs, Optional<KeyValue> written);

    /** A key that a revision above the GC floor changed; revisions in order, their keys in the order they were written. */
    void change(long revision, Timestamp commitTs, Key key);

    /** A lease; ids in order. */
    void lease(GrantedLease lease);

    /** A key attached to the lease shown last, in the order they were attached. */
    void leased(long leaseId, Key key);

    /** An outcome that has not expired by the last commit timestamp; idempotency keys in order. */
    void remembered(Bytes idempotencyKey, Remembered outcome);
}
