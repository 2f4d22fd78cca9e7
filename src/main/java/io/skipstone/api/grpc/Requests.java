package io.skipstone.api.grpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.util.Timestamps;
import io.skipstone.api.MomentText;
import io.skipstone.api.ReadRequest;
import io.skipstone.api.Ttl;
import io.skipstone.api.grpc.v1.CompactRequest;
import io.skipstone.api.grpc.v1.Condition;
import io.skipstone.api.grpc.v1.KeySet;
import io.skipstone.api.grpc.v1.PutOperation;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.ReadOptions;
import io.skipstone.api.grpc.v1.WatchCreate;
import io.skipstone.command.Compare;
import io.skipstone.command.Compare.Relation;
import io.skipstone.command.Compare.Target;
import io.skipstone.command.Operation;
import io.skipstone.model.Bytes;
import io.skipstone.model.Consistency;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.ReadAt;
import io.skipstone.model.ReadAt.AtTimestamp;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.watch.WatchFrom;
import io.skipstone.watch.WatchSpec;
import java.time.Instant;
import java.util.Optional;

/** Reads the parts of requests that several services share. */
final class Requests {
    private Requests() {}

    static Bytes bytes(ByteString bytes) {
        return Bytes.wrap(bytes.toByteArray());
    }

    static Key key(ByteString bytes) {
        return new Key(bytes(bytes));
    }

    static Operation.Put put(PutRequest request) {
        long ttlMillis = ttlMillis(request.hasTtlMillis(), request.getTtlMillis());
        return put(request.getKey(), request.getValue(), ttlMillis, request.getLeaseId());
    }

    static Operation.Put put(PutOperation request) {
        long ttlMillis = ttlMillis(request.hasTtlMillis(), request.getTtlMillis());
        return put(request.getKey(), request.getValue(), ttlMillis, request.getLeaseId());
    }

    private static Operation.Put put(ByteString key, ByteString value, long ttlMillis, long leaseId) {
        return new Operation.Put(key(key), bytes(value), ttlMillis, notNegative("bad_lease_id", leaseId));
    }

    private static long ttlMillis(boolean hasTtl, long ttlMillis) {
        return hasTtl ? Ttl.checked(ttlMillis) : Ttl.NEVER;
    }

    /** The compare that must hold for a write; empty when the request has no condition. */
    static Optional<Compare> condition(Key key, boolean hasCondition, Condition condition) {
        if (!hasCondition) {
            return Optional.empty();
        }
        return Optional.of(
                switch (condition.getConditionCase()) {
                    case EXISTS -> new Compare(key, Relation.EQUAL, new Target.Exists(condition.getExists()));
                    case MOD_REVISION ->
                        new Compare(
                                key,
                                Relation.EQUAL,
                                new Target.ModRevision(notNegative("bad_condition", condition.getModRevision())));
                    case CONDITION_NOT_SET ->
                        throw new BadRequest("bad_condition", "the condition says nothing: set exists or mod_revision");
                });
    }

    static KeyRange range(KeySet keys) {
        return switch (keys.getKeysCase()) {
            case PREFIX -> KeyRange.prefix(bytes(keys.getPrefix()));
            case RANGE ->
                new KeyRange(
                        bytes(keys.getRange().getStart()), bytes(keys.getRange().getEnd()));
            case KEYS_NOT_SET -> KeyRange.ALL;
        };
    }

    static WatchSpec watch(WatchCreate request) {
        KeyRange keys =
                switch (request.getKeysCase()) {
                    case KEY -> key(request.getKey()).asRange();
                    case PREFIX -> KeyRange.prefix(bytes(request.getPrefix()));
                    case RANGE ->
                        new KeyRange(
                                bytes(request.getRange().getStart()),
                                bytes(request.getRange().getEnd()));
                    case KEYS_NOT_SET -> KeyRange.ALL;
                };
        long progressMillis = Integer.toUnsignedLong(request.getProgressMillis());
        return new WatchSpec(
                keys,
                from(request),
                request.getPrevious(),
                progressMillis == 0 ? WatchSpec.DEFAULT_PROGRESS_MILLIS : progressMillis);
    }

    private static WatchFrom from(WatchCreate request) {
        return switch (request.getFromCase()) {
            case REVISION -> new WatchFrom.Revision(notNegative("bad_at", request.getRevision()));
            case TIMESTAMP ->
                new WatchFrom.Time(MomentText.timestamp(request.getTimestamp()).timestamp(), 0);
            case TIME -> MomentText.from(time(request.getTime()));
            case FROM_NOT_SET -> WatchFrom.now();
        };
    }

    static ReadRequest read(ReadOptions options) {
        return ReadRequest.of(at(options), consistency(options));
    }

    /** The consistency of a read that looks at no moment. */
    static Consistency consistencyNow(ReadOptions options) {
        if (at(options).isPresent()) {
            throw new BadRequest("contradictory_read", "this read takes no moment");
        }
        return read(options).consistency();
    }

    static ReadAt at(CompactRequest request) {
        return switch (request.getAtCase()) {
            case TIMESTAMP -> MomentText.timestamp(request.getTimestamp());
            case REVISION -> MomentText.revision(request.getRevision());
            case TIME -> time(request.getTime());
            case AT_NOT_SET ->
                throw new BadRequest("moment_missing", "set the moment to compact to: timestamp, revision or time");
        };
    }

    /** A number that fits into 63 bits. */
    static long notNegative(String code, long number) {
        if (number < 0) {
            throw new BadRequest(code, "a number is beyond " + Long.MAX_VALUE);
        }
        return number;
    }

    private static Optional<ReadAt> at(ReadOptions options) {
        return switch (options.getAtCase()) {
            case TIMESTAMP -> Optional.of(MomentText.timestamp(options.getTimestamp()));
            case REVISION -> Optional.of(MomentText.revision(options.getRevision()));
            case TIME -> Optional.of(time(options.getTime()));
            case AT_NOT_SET -> Optional.empty();
        };
    }

    private static AtTimestamp time(com.google.protobuf.Timestamp time) {
        if (!Timestamps.isValid(time)) {
            throw new BadRequest("bad_at", "the time is not a valid google.protobuf.Timestamp");
        }
        return MomentText.time(Instant.ofEpochSecond(time.getSeconds(), time.getNanos()));
    }

    private static Optional<Consistency> consistency(ReadOptions options) {
        return switch (options.getConsistency()) {
            case CONSISTENCY_UNSPECIFIED -> Optional.empty();
            case LINEARIZABLE -> Optional.of(Consistency.LINEARIZABLE);
            case SNAPSHOT -> Optional.of(Consistency.SNAPSHOT);
            case LOCAL -> Optional.of(Consistency.LOCAL);
            case UNRECOGNIZED -> throw new BadRequest("unknown_value", "the consistency is unknown here");
        };
    }
}
