package io.skipstone.apply;

import io.skipstone.model.Bytes;
import io.skipstone.model.Change;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView;
import io.skipstone.store.ReadView.Remembered;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Everything that can be read from a store: where it stands, and its whole content at each revision that can still be read.
 *
 * @param states the visible keys after each revision
 */
record StoreDump(
        Optional<Position> applied,
        long revision,
        Timestamp lastCommitTs,
        Timestamp hlcCeiling,
        Timestamp gcFloor,
        TreeMap<Long, List<KeyValue>> states,
        List<Change> changes,
        List<Optional<Remembered>> remembered,
        List<GrantedLease> leases,
        List<List<Key>> leaseKeys) {
    private static final ScanQuery ALL =
            new ScanQuery(KeyRange.ALL, Order.ASCENDING, Content.KEYS_AND_VALUES, 10_000, Long.MAX_VALUE);
    private static final int IDEMPOTENCY_KEYS = 6;

    static StoreDump of(Store store) {
        try (ReadView view = store.read()) {
            StoreMeta meta = view.meta();
            return new StoreDump(
                    meta.applied(),
                    meta.revision(),
                    meta.lastCommitTs(),
                    meta.hlcCeiling(),
                    meta.gcFloor(),
                    states(view),
                    changes(view),
                    IntStream.range(0, IDEMPOTENCY_KEYS)
                            .mapToObj(i -> view.remembered(Bytes.utf8("once-" + i)))
                            .toList(),
                    view.leases(0, 1000),
                    view.leases(0, 1000).stream()
                            .map(lease -> view.leaseKeys(lease.id(), 1000, Long.MAX_VALUE))
                            .toList());
        }
    }

    private static TreeMap<Long, List<KeyValue>> states(ReadView view) {
        var states = new TreeMap<Long, List<KeyValue>>();
        for (long revision = view.meta().revision(); revision >= 0; revision--) {
            Optional<Timestamp> at = view.timestampOf(revision);
            if (at.isEmpty()) {
                break;
            }
            states.put(revision, content(view, at.get().max(view.meta().gcFloor())));
        }
        states.put(Long.MAX_VALUE, content(view, view.meta().lastCommitTs()));
        return states;
    }

    private static List<KeyValue> content(ReadView view, Timestamp at) {
        return view.scan(ALL, Moment.at(at)).rows();
    }

    /** What the floor leaves of the change log. */
    private static List<Change> changes(ReadView view) {
        long lowest = view.meta().revision();
        while (lowest > 0 && view.timestampOf(lowest - 1).isPresent()) {
            lowest--;
        }
        return new ArrayList<>(view.changes(lowest, 10_000));
    }
}
