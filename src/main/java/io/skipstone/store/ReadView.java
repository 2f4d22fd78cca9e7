package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Change;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.Timestamp;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The store as one transaction sees it. One thread at a time; what it hands out stays valid after it is closed.
 *
 * <p>A key is visible at a moment if its newest version up to {@code upTo} is neither a delete nor expired by {@code now}.
 * A read whose {@code upTo} or read timestamp lies below the GC floor is refused with {@link
 * io.skipstone.model.SkipstoneException.Compacted}. No answer depends on how far the garbage collection has come.
 */
public interface ReadView extends AutoCloseable {
    StoreMeta meta();

    /** The version of the key that is visible at that moment. */
    Optional<KeyValue> get(Key key, Moment moment);

    /**
     * Commit timestamp of the key's newest version, a delete or an expired one included; empty if there is none, or if it was
     * already deleted or expired at the GC floor.
     */
    Optional<Timestamp> latestCommit(Key key);

    ScanPage scan(ScanQuery query, Moment moment);

    /**
     * Number of visible keys in the range.
     *
     * @param atMost stops counting there
     */
    long count(KeyRange range, Moment moment, long atMost);

    /**
     * Commit timestamp of a revision, from the newest at or below the GC floor up to the newest of all; else empty. That lowest
     * one may have been committed below the floor: its state is read at the floor. Revision 0 is the empty store, at {@link
     * Timestamp#NONE}.
     */
    Optional<Timestamp> timestampOf(long revision);

    /**
     * What was changed by the revisions above {@code afterRevision}, in order. Refused with {@code Compacted} when some of them
     * lie at or below the GC floor.
     *
     * @param limit most revisions
     */
    List<Change> changes(long afterRevision, int limit);

    /**
     * The same as {@link #changes}, a key at a time: for those who go on with it from view to view, and whose memory no large revision may
     * fill.
     *
     * @param from its revision and all after it are there, or {@code Compacted}
     */
    ChangeScan changesFrom(ChangePlace from);

    /** The newest revision committed at or below this timestamp; at most one below the oldest that is known, 0 if there is none. */
    long newestRevision(Timestamp upTo);

    /**
     * The first change above {@code readTs} to one of these keys, in the order of the change log, and when it was. Reads the log above
     * {@code readTs} once.
     */
    Optional<ChangedKey> firstChange(Predicate<Key> keys, Timestamp readTs);

    /** The first change above {@code readTs} to a key in the range. */
    default Optional<ChangedKey> firstChange(KeyRange range, Timestamp readTs) {
        return firstChange(key -> range.contains(key.bytes()), readTs);
    }

    /** What is remembered of an idempotency key; empty once it has expired by the last commit timestamp. */
    Optional<Remembered> remembered(Bytes idempotencyKey);

    /** The lease of this id. */
    Optional<GrantedLease> lease(long id);

    /**
     * Leases in the order of their ids.
     *
     * @param afterId only those above
     * @param limit most leases
     */
    List<GrantedLease> leases(long afterId, int limit);

    long leaseCount();

    /**
     * The keys attached to a lease, in the order they were attached; none if there is no such lease.
     *
     * @param limit most keys
     * @param maxBytes ends after the key that reaches this many bytes
     */
    List<Key> leaseKeys(long id, int limit, long maxBytes);

    /**
     * Shows everything that reads at the GC floor or later can see, and what else a repetition or a watch may ask for, a row at a
     * time. What is shown does not depend on how far the garbage collection has come.
     */
    void visit(StateVisitor visitor);

    @Override
    void close();

    /** A key and the commit timestamp that changed it. */
    record ChangedKey(Key key, Timestamp commitTs) {}

    /**
     * The outcome of a command with an idempotency key.
     *
     * @param expiresAt from then on the key counts as never used
     * @param fingerprint tells commands apart
     * @param outcome as the command room writes it
     */
    record Remembered(Timestamp expiresAt, Bytes fingerprint, Bytes outcome) {}
}
