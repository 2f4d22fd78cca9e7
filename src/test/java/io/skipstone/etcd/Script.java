package io.skipstone.etcd;

import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.skipstone.api.etcd.v3.CompactionRequest;
import io.skipstone.api.etcd.v3.Compare;
import io.skipstone.api.etcd.v3.DeleteRangeRequest;
import io.skipstone.api.etcd.v3.LeaseGrantRequest;
import io.skipstone.api.etcd.v3.LeaseKeepAliveRequest;
import io.skipstone.api.etcd.v3.LeaseLeasesRequest;
import io.skipstone.api.etcd.v3.LeaseRevokeRequest;
import io.skipstone.api.etcd.v3.LeaseTimeToLiveRequest;
import io.skipstone.api.etcd.v3.PutRequest;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.api.etcd.v3.RequestOp;
import io.skipstone.api.etcd.v3.TxnRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest.FilterType;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Requests by chance, most of them sensible. The same seed comes to the same requests if the answers are the same.
 *
 * <p>There are so few keys that requests meet, and no more than twelve: etcd sorts up to twelve rows in a stable way, and more of them with
 * equal ranks in any.
 */
final class Script {
    static final int LEASES = 4;
    private static final int MOST_BACK = 25;
    private static final int MOST_STEPS_OF_ETCD = 128;
    private static final ByteString TO_THE_LAST_KEY = ByteString.copyFrom(new byte[] {0});
    private static final List<ByteString> KEYS = Stream.concat(
                    Stream.of("a", "a\0", "aa", "ab", "b", "ba", "c", "d", "e").map(ByteString::copyFromUtf8),
                    Stream.of(new byte[] {'b', (byte) 0xff}, new byte[] {(byte) 0xff}, new byte[] {
                                (byte) 0xff, (byte) 0xff
                            })
                            .map(ByteString::copyFrom))
            .toList();

    private final Random random;
    private int puts;

    Script(long seed) {
        this.random = new Random(seed);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    /**
     * The next request that is no watch.
     *
     * @param current revision of the store
     */
    Message next(long current) {
        int kind = random.nextInt(100);
        if (kind < 28) {
            return put();
        }
        if (kind < 48) {
            return range(revision(current));
        }
        if (kind < 56) {
            return delete(true);
        }
        if (kind < 80) {
            return txn(3, current);
        }
        if (kind < 84) {
            return CompactionRequest.newBuilder()
                    .setRevision(current - random.nextInt(MOST_BACK) + (chance(10) ? MOST_BACK : 0))
                    .setPhysical(chance(30))
                    .build();
        }
        return lease();
    }

    private Message lease() {
        long id = 1L + random.nextInt(LEASES);
        return switch (random.nextInt(7)) {
            case 0, 1 ->
                LeaseGrantRequest.newBuilder()
                        .setID(id)
                        .setTTL(1000 + random.nextInt(1000))
                        .build();
            case 2 -> LeaseRevokeRequest.newBuilder().setID(id).build();
            case 3, 4 ->
                LeaseTimeToLiveRequest.newBuilder()
                        .setID(id)
                        .setKeys(chance(70))
                        .build();
            case 5 -> LeaseKeepAliveRequest.newBuilder().setID(id).build();
            default -> LeaseLeasesRequest.getDefaultInstance();
        };
    }

    private long revision(long current) {
        if (chance(60)) {
            return 0;
        }
        return chance(8) ? current + 1 + random.nextInt(3) : current - random.nextInt(MOST_BACK);
    }

    private ByteString key() {
        return chance(1) ? ByteString.EMPTY : KEYS.get(random.nextInt(KEYS.size()));
    }

    private ByteString rangeEnd(ByteString key) {
        return switch (random.nextInt(6)) {
            case 0 -> TO_THE_LAST_KEY;
            case 1 -> prefixEnd(key);
            case 2 -> key();
            default -> ByteString.EMPTY;
        };
    }

    /** The first key behind all that begin with this one. */
    private static ByteString prefixEnd(ByteString prefix) {
        byte[] end = prefix.toByteArray();
        for (int i = end.length - 1; i >= 0; i--) {
            if (end[i] != (byte) 0xff) {
                end[i]++;
                return ByteString.copyFrom(end, 0, i + 1);
            }
        }
        return TO_THE_LAST_KEY;
    }

    private RangeRequest range(long revision) {
        ByteString key = key();
        var range = RangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(rangeEnd(key))
                .setRevision(revision)
                .setSerializable(chance(20))
                .setKeysOnly(chance(15))
                .setCountOnly(chance(10));
        if (chance(40)) {
            range.setSortOrderValue(random.nextInt(3)).setSortTargetValue(random.nextInt(5));
        }
        if (chance(30)) {
            range.setLimit(random.nextInt(7) - 1);
        }
        if (chance(20)) {
            long near = Math.max(1, (revision == 0 ? 60 : revision) - random.nextInt(MOST_BACK));
            switch (random.nextInt(4)) {
                case 0 -> range.setMinModRevision(near);
                case 1 -> range.setMaxModRevision(near);
                case 2 -> range.setMinCreateRevision(near);
                default -> range.setMaxCreateRevision(near);
            }
        }
        return range.build();
    }

    private PutRequest put() {
        var put = PutRequest.newBuilder().setKey(key()).setPrevKv(chance(40));
        boolean keepsValue = chance(8);
        boolean keepsLease = chance(8);
        put.setIgnoreValue(keepsValue).setIgnoreLease(keepsLease);
        if (!keepsValue || chance(10)) {
            put.setValue(ByteString.copyFromUtf8(chance(5) ? "" : "v" + puts++ % 10));
        }
        if (chance(25) && (!keepsLease || chance(10))) {
            put.setLease(1 + random.nextInt(LEASES));
        }
        return put.build();
    }

    private DeleteRangeRequest delete(boolean toTheLastKey) {
        ByteString key = key();
        ByteString end = rangeEnd(key);
        return DeleteRangeRequest.newBuilder()
                .setKey(key)
                .setRangeEnd(toTheLastKey || !end.equals(TO_THE_LAST_KEY) ? end : ByteString.EMPTY)
                .setPrevKv(chance(50))
                .build();
    }

    private TxnRequest txn(int depth, long current) {
        var txn = TxnRequest.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            txn.addCompare(compare(current));
        }
        steps(depth, current, txn::addSuccess);
        steps(depth, current, txn::addFailure);
        return txn.build();
    }

    /** With one transaction inside at most; see AcceptedDifference.PUT_IN_ONE_NESTED_TRANSACTION_AND_DELETE_IN_THE_NEXT. */
    private void steps(int depth, long current, Consumer<RequestOp> add) {
        int count = chance(1) ? MOST_STEPS_OF_ETCD + random.nextInt(2) : random.nextInt(4);
        int nested = depth > 1 && chance(35) ? random.nextInt(4) : count;
        for (int i = 0; i < count; i++) {
            add.accept(
                    i == nested
                            ? RequestOp.newBuilder()
                                    .setRequestTxn(txn(depth - 1, current))
                                    .build()
                            : step(current));
        }
    }

    private RequestOp step(long current) {
        var step = RequestOp.newBuilder();
        int kind = random.nextInt(100);
        if (kind < 45) {
            step.setRequestPut(put());
        } else if (kind < 80) {
            step.setRequestRange(range(chance(80) ? 0 : revision(current)));
        } else {
            // See AcceptedDifference.PUT_AND_DELETE_TO_THE_LAST_KEY_IN_ONE_TRANSACTION.
            step.setRequestDeleteRange(delete(false));
        }
        return step.build();
    }

    private Compare compare(long current) {
        ByteString key = key();
        var compare = Compare.newBuilder()
                .setKey(key)
                .setResultValue(random.nextInt(4))
                .setTargetValue(random.nextInt(5));
        if (chance(25)) {
            compare.setRangeEnd(rangeEnd(key));
        }
        switch (compare.getTarget()) {
            case VERSION -> compare.setVersion(random.nextInt(4));
            case CREATE -> compare.setCreateRevision(chance(30) ? 0 : current - random.nextInt(MOST_BACK));
            case MOD -> compare.setModRevision(chance(30) ? 0 : current - random.nextInt(MOST_BACK));
            case VALUE -> compare.setValue(ByteString.copyFromUtf8("v" + random.nextInt(10)));
            case LEASE -> compare.setLease(random.nextInt(LEASES + 1));
            case UNRECOGNIZED -> throw new IllegalStateException("only known targets were chosen");
        }
        return compare.build();
    }

    WatchCreateRequest watch(long watchId, long current, long compacted) {
        ByteString key = KEYS.get(random.nextInt(KEYS.size()));
        var watch = WatchCreateRequest.newBuilder()
                .setWatchId(watchId)
                .setKey(key)
                .setRangeEnd(rangeEnd(key))
                .setPrevKv(chance(50));
        long from = Math.max(0, revision(current));
        // See AcceptedDifference.WATCH_FROM_THE_COMPACTED_REVISION.
        watch.setStartRevision(from == compacted ? from + 1 : from);
        if (chance(20)) {
            watch.addFilters(chance(50) ? FilterType.NOPUT : FilterType.NODELETE);
        }
        return watch.build();
    }

    int upTo(int bound) {
        return random.nextInt(bound);
    }
}
