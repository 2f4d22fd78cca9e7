package io.skipstone.apply;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** What stands in the store, and above it what a transaction is going to write. */
final class Overlay implements RangeSource {
    private final RangeSource below;
    private final TreeMap<Bytes, Write> writes = new TreeMap<>();
    private final List<Write> inOrder = new ArrayList<>();

    Overlay(RangeSource below) {
        this.below = below;
    }

    /**
     * One key that is going to be written.
     *
     * @param before what stands in the store; its value may be left out
     * @param after empty for a delete
     */
    record Write(Key key, Optional<KeyValue> before, Optional<KeyValue> after) {
        /** How many keys more there are afterwards. */
        private int difference() {
            return (after.isPresent() ? 1 : 0) - (before.isPresent() ? 1 : 0);
        }
    }

    /** Each key once. */
    void add(Write write) {
        writes.put(write.key().bytes(), write);
        inOrder.add(write);
    }

    /** In the order they were added. */
    List<Write> writes() {
        return inOrder;
    }

    @Override
    public Optional<KeyValue> get(Key key) {
        Write own = writes.get(key.bytes());
        return own == null ? below.get(key) : own.after();
    }

    @Override
    public long count(KeyRange keys) {
        return below.count(keys)
                + within(keys).values().stream().mapToInt(Write::difference).sum();
    }

    @Override
    public ScanPage scan(ScanQuery query) {
        ScanPage page = below.scan(query);
        NavigableMap<Bytes, Write> own = within(covered(query, page));
        if (own.isEmpty()) {
            return page;
        }
        var merged = new TreeMap<Bytes, KeyValue>();
        page.rows().forEach(row -> merged.put(row.key().bytes(), row));
        own.forEach((key, write) -> {
            merged.remove(key);
            write.after().ifPresent(row -> merged.put(key, row));
        });
        return new ScanPage(
                List.copyOf((query.order() == Order.ASCENDING ? merged : merged.descendingMap()).values()),
                page.rest());
    }

    /** The part of the range that the page has read. */
    private static KeyRange covered(ScanQuery query, ScanPage page) {
        KeyRange all = query.range();
        return page.rest()
                .map(rest -> switch (query.order()) {
                    case ASCENDING -> new KeyRange(all.start(), rest.start());
                    case DESCENDING -> new KeyRange(rest.end(), all.end());
                })
                .orElse(all);
    }

    private NavigableMap<Bytes, Write> within(KeyRange keys) {
        NavigableMap<Bytes, Write> from = writes.tailMap(keys.start(), true);
        return keys.end().isEmpty() ? from : from.headMap(keys.end(), false);
    }
}
