package io.skipstone.api.etcd;

import com.google.protobuf.ByteString;
import io.skipstone.api.etcd.v3.RangeRequest;
import io.skipstone.command.RangeRead;
import io.skipstone.command.RangeRead.Between;
import io.skipstone.command.RangeRead.By;
import io.skipstone.command.RangeRead.Content;
import io.skipstone.command.RangeRead.Order;
import io.skipstone.model.Bytes;
import io.skipstone.model.KeyRange;

/** Reads of ranges, as a client asks for them. */
final class RangeRequests {
    private RangeRequests() {}

    /** Refuses what etcd refuses, in its words. */
    static void check(RangeRequest request) {
        if (request.getKey().isEmpty()) {
            throw EtcdError.KEY_NOT_PROVIDED.refusal();
        }
        if (request.getSortOrder() == RangeRequest.SortOrder.UNRECOGNIZED
                || request.getSortTarget() == RangeRequest.SortTarget.UNRECOGNIZED) {
            throw EtcdError.INVALID_SORT_OPTION.refusal();
        }
    }

    /** Of a request that was checked. */
    static RangeRead read(RangeRequest request) {
        return new RangeRead(
                keys(request.getKey(), request.getRangeEnd()),
                request.getRevision() > 0 ? Revisions.ours(request.getRevision()) : RangeRead.NEWEST,
                Math.max(0, request.getLimit()),
                content(request),
                order(request.getSortOrder()),
                by(request.getSortTarget()),
                between(request.getMinModRevision(), request.getMaxModRevision()),
                between(request.getMinCreateRevision(), request.getMaxCreateRevision()));
    }

    /** The keys that a request means; none if the end is not behind the key. */
    static KeyRange keys(ByteString key, ByteString rangeEnd) {
        return KeyValues.range(key, rangeEnd).orElseGet(() -> {
            Bytes start = KeyValues.bytes(key);
            return new KeyRange(start, start);
        });
    }

    private static Content content(RangeRequest request) {
        if (request.getCountOnly()) {
            return Content.COUNT_ONLY;
        }
        return request.getKeysOnly() ? Content.KEYS_ONLY : Content.KEYS_AND_VALUES;
    }

    private static Order order(RangeRequest.SortOrder order) {
        return switch (order) {
            case NONE -> Order.AS_FOUND;
            case ASCEND -> Order.ASCENDING;
            case DESCEND -> Order.DESCENDING;
            case UNRECOGNIZED -> throw EtcdError.INVALID_SORT_OPTION.refusal();
        };
    }

    private static By by(RangeRequest.SortTarget target) {
        return switch (target) {
            case KEY -> By.KEY;
            case VERSION -> By.VERSION;
            case CREATE -> By.CREATE_REVISION;
            case MOD -> By.MOD_REVISION;
            case VALUE -> By.VALUE;
            case UNRECOGNIZED -> throw EtcdError.INVALID_SORT_OPTION.refusal();
        };
    }

    /** Zero is no bound. */
    private static Between between(long least, long most) {
        return new Between(
                least == 0 ? Long.MIN_VALUE : Revisions.ours(least), most == 0 ? Long.MAX_VALUE : Revisions.ours(most));
    }
}
