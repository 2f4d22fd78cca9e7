package io.skipstone.model;

/**
 * One version of one key.
 *
 * @param value empty when only keys were asked for
 * @param createRevision revision at which the key came into being, or came back after a delete
 * @param modRevision revision that wrote this version
 * @param version 1 for the first write since the key came into being, then +1 for each
 * @param commitTs commit timestamp of this version
 * @param expiresAt {@link Timestamp#NONE} when it never expires
 */
public record KeyValue(
        Key key,
        Bytes value,
        long createRevision,
        long modRevision,
        long version,
        Timestamp commitTs,
        Timestamp expiresAt) {}
