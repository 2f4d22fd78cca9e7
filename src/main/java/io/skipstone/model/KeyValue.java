package io.skipstone.model;

/**
 * One version of one key.
 *
 * @param value empty when only keys were asked for
 * @param createRevision revision at which the key came into being, or came back after a delete
 * @param modRevision revision that wrote this version
 * @param version 1 for the first write since the key came into being, then +1 for each
 * @param commitTs commit timestamp of this version
 * @param expiresAt {@link Timestamp#NONE} when it never expires by itself
 * @param leaseId the lease that it is attached to, and goes with; 0: none
 */
public record KeyValue(
        Key key,
        Bytes value,
        long createRevision,
        long modRevision,
        long version,
        Timestamp commitTs,
        Timestamp expiresAt,
        long leaseId) {
    /** Without a lease. */
    public KeyValue(
            Key key,
            Bytes value,
            long createRevision,
            long modRevision,
            long version,
            Timestamp commitTs,
            Timestamp expiresAt) {
        this(key, value, createRevision, modRevision, version, commitTs, expiresAt, 0);
    }
}
