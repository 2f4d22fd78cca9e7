package io.skipstone.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.HashKVRequest;
import io.skipstone.api.etcd.v3.LeaseGrantRequest;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RequestOp;
import io.skipstone.api.etcd.v3.TxnRequest;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where Skipstone answers otherwise than etcd, and means to. The same names stand in docs/etcd-compatibility.md, each with its reason;
 * {@code CompatibilityDocTest} compares.
 */
enum AcceptedDifference {
    /** Each key is written once in a revision. etcd does not notice this overlap, and carries both out. */
    PUT_AND_DELETE_TO_THE_LAST_KEY_IN_ONE_TRANSACTION,

    /** The same, of transactions that stand behind each other inside another. */
    PUT_IN_ONE_NESTED_TRANSACTION_AND_DELETE_IN_THE_NEXT,

    /** What is wrong with the store, not with the request, is found on the way through its steps. */
    FIRST_OF_SEVERAL_FLAWS,

    /** A hash over another store. */
    HASH_OF_THE_KEYS,

    /** Each server has its limit; this one is a setting. */
    LARGEST_VALUE,

    /** Each server has its limit; this one is a setting. */
    LONGEST_TIME_TO_LIVE,

    /** After a compaction reads go back to its revision, and watches to the one behind it. */
    WATCH_FROM_THE_COMPACTED_REVISION,

    /** The store is bounded by what is live. */
    HISTORY_GOES_BY_ITSELF,

    /** A snapshot is a store of ours. */
    FORMAT_OF_A_SNAPSHOT,

    /** A log entry has a largest size and a longest run. */
    BOUNDED_ANSWERS_DELETES_AND_LEASES,

    /** Nodes greet each other when one joins, and are known by names. */
    MEMBERS_RUN_BEFORE_THEY_ARE_ADDED,

    /** There are none. */
    NO_USERS_OR_ROLES;

    /** The one that may be granted. */
    static final long LEASE = 99;

    private static final ByteString KEY = ByteString.copyFromUtf8("b");
    private static final ByteString TO_THE_LAST_KEY = ByteString.copyFrom(new byte[1]);
    private static final int LARGE_BYTES = 1_200_000;
    private static final long LONG_SECONDS = 40_000_000;
    private static final Set<String> FOUND_ON_THE_WAY = Set.of(
            "INVALID_ARGUMENT: etcdserver: key not found",
            "NOT_FOUND: etcdserver: requested lease not found",
            "OUT_OF_RANGE: etcdserver: mvcc: required revision has been compacted",
            "OUT_OF_RANGE: etcdserver: mvcc: required revision is a future revision");

    /** Whether these two answers to a write differ as {@link #FIRST_OF_SEVERAL_FLAWS} says. */
    static boolean areFlawsOf(Message request, String etcd, String skipstone) {
        return (request instanceof PutRequest || request instanceof TxnRequest)
                && FOUND_ON_THE_WAY.contains(etcd)
                && FOUND_ON_THE_WAY.contains(skipstone);
    }

    /** One that shows it, if one can. */
    Optional<Message> request() {
        return switch (this) {
            case PUT_AND_DELETE_TO_THE_LAST_KEY_IN_ONE_TRANSACTION -> Optional.of(txn(put(), delete(TO_THE_LAST_KEY)));
            case PUT_IN_ONE_NESTED_TRANSACTION_AND_DELETE_IN_THE_NEXT ->
                Optional.of(txn(nested(put()), nested(delete(ByteString.EMPTY))));
            case FIRST_OF_SEVERAL_FLAWS ->
                Optional.of(PutRequest.newBuilder()
                        .setKey(ByteString.copyFromUtf8("none"))
                        .setIgnoreValue(true)
                        .setLease(LEASE)
                        .build());
            case HASH_OF_THE_KEYS -> Optional.of(HashKVRequest.getDefaultInstance());
            case LARGEST_VALUE ->
                Optional.of(PutRequest.newBuilder()
                        .setKey(KEY)
                        .setValue(ByteString.copyFrom(new byte[LARGE_BYTES]))
                        .build());
            case LONGEST_TIME_TO_LIVE ->
                Optional.of(LeaseGrantRequest.newBuilder()
                        .setID(LEASE)
                        .setTTL(LONG_SECONDS)
                        .build());
            case WATCH_FROM_THE_COMPACTED_REVISION,
                    HISTORY_GOES_BY_ITSELF,
                    FORMAT_OF_A_SNAPSHOT,
                    BOUNDED_ANSWERS_DELETES_AND_LEASES,
                    MEMBERS_RUN_BEFORE_THEY_ARE_ADDED,
                    NO_USERS_OR_ROLES -> Optional.empty();
        };
    }

    private static RequestOp put() {
        return RequestOp.newBuilder()
                .setRequestPut(PutRequest.newBuilder().setKey(KEY))
                .build();
    }

    private static RequestOp delete(ByteString rangeEnd) {
        return RequestOp.newBuilder()
                .setRequestDeleteRange(
                        DeleteRangeRequest.newBuilder().setKey(KEY).setRangeEnd(rangeEnd))
                .build();
    }

    private static RequestOp nested(RequestOp step) {
        return RequestOp.newBuilder().setRequestTxn(txn(step)).build();
    }

    private static TxnRequest txn(RequestOp... steps) {
        return TxnRequest.newBuilder().addAllSuccess(List.of(steps)).build();
    }
}
