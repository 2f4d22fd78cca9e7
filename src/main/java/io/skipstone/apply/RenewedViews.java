package io.skipstone.apply;

import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.store.ReadView;
import io.skipstone.store.Store;
import io.skipstone.store.StoreMeta;
import java.util.Optional;
import java.util.function.Function;

/** Reads at one moment, from one view after the other: a long one would keep old pages from reuse. */
final class RenewedViews implements RangeSource, AutoCloseable {
    private static final int KEYS_PER_VIEW = 16_384;
    private static final int PAGE_ROWS = 4096;
    private static final long PAGE_BYTES = 1 << 20;

    private final Store store;
    private final Moment moment;
    private final StoreMeta meta;
    private ReadView view;
    private long keysShown;

    private RenewedViews(Store store, ReadView first, Moment moment) {
        this.store = store;
        this.moment = moment;
        this.meta = first.meta();
        this.view = first;
    }

    /**
     * Opens the first view.
     *
     * @param moment chosen from it
     */
    static RenewedViews open(Store store, Function<ReadView, Moment> moment) {
        ReadView first = store.read();
        try {
            return new RenewedViews(store, first, moment.apply(first));
        } catch (RuntimeException refused) {
            first.close();
            throw refused;
        }
    }

    Moment moment() {
        return moment;
    }

    /** As the first view saw it. */
    StoreMeta meta() {
        return meta;
    }

    @Override
    public Optional<KeyValue> get(Key key) {
        keysShown++;
        return view().get(key, moment);
    }

    @Override
    public ScanPage scan(ScanQuery query) {
        ScanPage page = view().scan(query, moment);
        keysShown += page.rows().size();
        return page;
    }

    @Override
    public long count(KeyRange keys) {
        long few = view().count(keys, moment, KEYS_PER_VIEW);
        keysShown += few;
        return few < KEYS_PER_VIEW ? few : countInPages(keys);
    }

    private long countInPages(KeyRange keys) {
        long count = 0;
        Optional<KeyRange> rest = Optional.of(keys);
        while (rest.isPresent()) {
            ScanPage page = scan(new ScanQuery(rest.get(), Order.ASCENDING, Content.KEYS_ONLY, PAGE_ROWS, PAGE_BYTES));
            count += page.rows().size();
            rest = page.rest();
        }
        return count;
    }

    private ReadView view() {
        if (keysShown >= KEYS_PER_VIEW) {
            keysShown = 0;
            view.close();
            view = store.read();
        }
        return view;
    }

    @Override
    public void close() {
        view.close();
    }
}
