package io.skipstone.store;

import io.skipstone.model.KeyRange;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.store.Engine.Rows;
import java.util.Optional;

/** The visible keys of a range, one after the other. */
final class KeyScan {
    private final KeyCursor cursor;
    private final Moment moment;
    private final Order order;
    private final Optional<byte[]> bound;

    private KeyScan(KeyCursor cursor, Moment moment, Order order, Optional<byte[]> bound) {
        this.cursor = cursor;
        this.moment = moment;
        this.order = order;
        this.bound = bound;
    }

    static KeyScan of(Rows rows, Layout layout, KeyRange range, Order order, Moment moment) {
        var cursor = new KeyCursor(rows, layout);
        byte[] start = KeyCodec.encode(range.start().array());
        byte[] end = KeyCodec.encode(range.end().array());
        if (order == Order.ASCENDING) {
            cursor.seek(start);
            return new KeyScan(cursor, moment, order, range.end().isEmpty() ? Optional.empty() : Optional.of(end));
        }
        if (range.end().isEmpty()) {
            cursor.seekLast();
        } else {
            cursor.seekBelow(end);
        }
        return new KeyScan(cursor, moment, order, Optional.of(start));
    }

    /** The next visible key and its version; empty at the end of the range. */
    Optional<Hit> next() {
        while (cursor.valid() && inRange()) {
            Optional<KeyCursor.Found> found = order == Order.ASCENDING ? forward() : backward();
            if (found.isPresent()) {
                var hit = new Hit(found.get(), found.get().version());
                if (hit.version().isVisible(moment.now())) {
                    return Optional.of(hit);
                }
            }
        }
        return Optional.empty();
    }

    private boolean inRange() {
        if (bound.isEmpty()) {
            return true;
        }
        int order = cursor.compareKey(bound.get());
        return this.order == Order.ASCENDING ? order < 0 : order >= 0;
    }

    private Optional<KeyCursor.Found> forward() {
        if (!cursor.olderUpTo(moment.upTo().bits())) {
            return Optional.empty();
        }
        KeyCursor.Found found = cursor.found();
        cursor.nextKey();
        return Optional.of(found);
    }

    /** Starts on the oldest version of a key: the last one up to the moment that it meets is the newest. */
    private Optional<KeyCursor.Found> backward() {
        long upTo = moment.upTo().bits();
        if (cursor.commitTsBits() > upTo) {
            cursor.previousKey();
            return Optional.empty();
        }
        KeyCursor.Found found = cursor.found();
        for (int step = 0; step < KeyCursor.STEPS_BEFORE_SEEK; step++) {
            cursor.previous();
            if (!cursor.stillAt(found.rowKey())) {
                return Optional.of(found);
            }
            if (cursor.commitTsBits() > upTo) {
                cursor.previousKey();
                return Optional.of(found);
            }
            found = cursor.found();
        }
        cursor.seekVersion(found.rowKey(), upTo);
        found = cursor.found();
        cursor.previousKey();
        return Optional.of(found);
    }

    /** A visible version. */
    record Hit(KeyCursor.Found found, KeyRow.Version version) {}
}
