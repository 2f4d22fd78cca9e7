package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import java.util.Optional;
import java.util.UUID;

/**
 * The store inside one write transaction; its reads see its own writes. Valid only inside {@link Store#write}.
 *
 * <p>Entries of the log follow one another inside it, each opened by {@link #beginEntry}. The first change of an entry takes
 * the next revision; an entry that changes nothing takes none.
 */
public interface WriteTxn extends ReadView {
    /**
     * Opens the next entry.
     *
     * @param at its position: above the last one, or that of the entry before it in this transaction, with which it shares its place in
     *     the log; or {@link WriteAt.Unlogged}
     * @param commitTs above the last one
     */
    void beginEntry(WriteAt at, Timestamp commitTs);

    /** Commit timestamp of the open entry. */
    Timestamp commitTs();

    /** Revision of the store as it stands inside this transaction. */
    long revision();

    /**
     * Writes a version of the key at the open entry's commit timestamp; each key once per entry.
     *
     * @param expiresAt {@link Timestamp#NONE} for never
     * @return the version as written
     */
    default KeyValue put(Key key, Bytes value, Timestamp expiresAt) {
        return put(key, value, expiresAt, 0);
    }

    /**
     * Writes a version of the key at the open entry's commit timestamp; each key once per entry. The key is attached to this lease
     * afterwards, and to no other.
     *
     * @param expiresAt {@link Timestamp#NONE} for never
     * @param leaseId a lease that is there; 0 for none. Then {@code expiresAt} is NONE
     * @return the version as written
     */
    KeyValue put(Key key, Bytes value, Timestamp expiresAt, long leaseId);

    /** Makes a lease of an id that has none, granted at the open entry's commit timestamp. */
    GrantedLease grantLease(long id, long ttlSeconds, int maxKeys);

    /**
     * Deletes every key attached to a lease that is there, and the lease.
     *
     * @return keys deleted
     */
    long endLease(long id);

    /** Writes a delete if the key is visible; returns whether it was. */
    boolean delete(Key key);

    /**
     * Deletes every visible key that starts with {@code prefix} and not with a non-empty {@code exclude}.
     *
     * @return keys deleted, or empty and nothing changed if there are more than {@code maxKeys}
     */
    Optional<Long> deletePrefix(Bytes prefix, Bytes exclude, int maxKeys);

    /**
     * Refuses reads below {@code floor} from now on. Never goes back, and never above the last commit timestamp: asked for more,
     * it goes as far as that.
     *
     * @return where the floor stands now
     */
    Timestamp raiseGcFloor(Timestamp floor);

    /**
     * Timestamps up to {@code ceiling} may be issued from now on. Never goes back; changes no key, so it takes no revision.
     *
     * @return where the ceiling stands now
     */
    Timestamp raiseClockCeiling(Timestamp ceiling);

    /** Remembers the outcome of a command with this idempotency key. */
    void remember(Bytes idempotencyKey, Remembered remembered);

    /** Which Raft group writes here; checked against what the store already says. */
    void belongTo(UUID groupId);

    /** The Raft configuration last applied, as Ratis writes it. */
    void configuration(Bytes configuration);
}
