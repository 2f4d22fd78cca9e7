package io.skipstone.apply;

import io.skipstone.command.Outcome;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.store.ReadView;
import java.util.Optional;

/** Reads one view at one moment, and no more keys than an entry may visit: all other entries wait behind it. */
final class ViewSource implements RangeSource {
    private final ReadView view;
    private final Moment moment;
    private final Visits visits;

    ViewSource(ReadView view, Moment moment, Visits visits) {
        this.view = view;
        this.moment = moment;
        this.visits = visits;
    }

    @Override
    public Optional<KeyValue> get(Key key) {
        return view.get(key, moment);
    }

    @Override
    public ScanPage scan(ScanQuery query) {
        ScanPage page = view.scan(query, moment);
        visits.add(page);
        return page;
    }

    @Override
    public long count(KeyRange keys) {
        long count = view.count(keys, moment, visits.left() + 1);
        visits.add(count);
        return count;
    }

    /** How many keys one entry has gone over, and how many bytes it has read on the way, whatever came of it. */
    static final class Visits {
        private static final int MAX_KEYS = 1_000_000;
        private static final int MAX_BYTES = 256 << 20;

        private final Allowance bytes = new Allowance(MAX_BYTES);
        private long keys;

        private long left() {
            return MAX_KEYS - keys;
        }

        private void add(ScanPage page) {
            page.rows().forEach(bytes::charge);
            add(page.rows().size());
        }

        private void add(long more) {
            keys += more;
            if (keys > MAX_KEYS) {
                throw new Refused(new Outcome.TooManyKeys(MAX_KEYS));
            }
        }
    }
}
