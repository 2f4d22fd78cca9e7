package io.skipstone.api.etcd;

import com.google.protobuf.ByteString;
import io.skipstone.api.etcd.v3.WatchCreateRequest;
import io.skipstone.api.etcd.v3.WatchCreateRequest.FilterType;
import io.skipstone.model.KeyRange;
import io.skipstone.watch.WatchEvent;
import io.skipstone.watch.WatchFrom;
import io.skipstone.watch.WatchSpec;
import java.util.Optional;

/**
 * What a client wants to be told of a watch, and how.
 *
 * @param isFromNow begins behind what this node has; the others begin where they say
 */
record WatchOptions(boolean progressNotify, boolean noPut, boolean noDelete, boolean fragment, boolean isFromNow) {
    /** The first of all keys: what etcd takes for a key that is empty. */
    private static final ByteString FIRST_KEY = ByteString.copyFrom(new byte[] {0});

    static WatchOptions of(WatchCreateRequest request) {
        return new WatchOptions(
                request.getProgressNotify(),
                request.getFiltersList().contains(FilterType.NOPUT),
                request.getFiltersList().contains(FilterType.NODELETE),
                request.getFragment(),
                request.getStartRevision() == 0);
    }

    /** What is to be watched; empty when that is no key at all. */
    static Optional<WatchSpec> spec(WatchCreateRequest request) {
        ByteString key = request.getKey().isEmpty() ? FIRST_KEY : request.getKey();
        return KeyValues.range(key, request.getRangeEnd()).map(keys -> spec(keys, request));
    }

    private static WatchSpec spec(KeyRange keys, WatchCreateRequest request) {
        return new WatchSpec(
                keys, from(request.getStartRevision()), request.getPrevKv(), WatchSpec.DEFAULT_PROGRESS_MILLIS);
    }

    private static WatchFrom from(long startRevision) {
        return startRevision == 0
                ? WatchFrom.now()
                : new WatchFrom.Revision(Math.max(0, Revisions.ours(startRevision)));
    }

    boolean wants(WatchEvent event) {
        return event.written().isPresent() ? !noPut : !noDelete;
    }
}
