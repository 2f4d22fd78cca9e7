package io.skipstone.model;

/**
 * A lease as the store keeps it. When it ends is not written down: the leader decides that (docs/decisions/0018-leases.md).
 *
 * @param id from 1
 * @param ttlSeconds it lives at least so long after it was granted or last kept alive
 * @param granted commit timestamp of its grant; tells it from an earlier lease of the same id
 * @param maxKeys most keys that may be attached to it
 * @param keys how many are attached to it
 */
public record GrantedLease(long id, long ttlSeconds, Timestamp granted, int maxKeys, int keys) {
    /** The same with that many keys. */
    public GrantedLease withKeys(int count) {
        return new GrantedLease(id, ttlSeconds, granted, maxKeys, count);
    }
}
