package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Change;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.ScanPage;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Opens a view of its own for each read, so that a test sees the last commit in one line. */
record LatestView(Store store) implements ReadView {
    private <T> T read(Function<ReadView, T> read) {
        try (ReadView view = store.read()) {
            return read.apply(view);
        }
    }

    @Override
    public StoreMeta meta() {
        return read(ReadView::meta);
    }

    @Override
    public Optional<KeyValue> get(Key key, Moment moment) {
        return read(view -> view.get(key, moment));
    }

    @Override
    public Optional<Timestamp> latestCommit(Key key) {
        return read(view -> view.latestCommit(key));
    }

    @Override
    public ScanPage scan(ScanQuery query, Moment moment) {
        return read(view -> view.scan(query, moment));
    }

    @Override
    public long count(KeyRange range, Moment moment, long atMost) {
        return read(view -> view.count(range, moment, atMost));
    }

    @Override
    public Optional<Timestamp> timestampOf(long revision) {
        return read(view -> view.timestampOf(revision));
    }

    @Override
    public ChangeScan changesFrom(ChangePlace from) {
        return read(view -> {
            var scan = view.changesFrom(from);
            var all = new ArrayList<ChangeScan.KeyChange>();
            for (var next = scan.next(); next.isPresent(); next = scan.next()) {
                all.add(next.get());
            }
            var taken = all.iterator();
            return () -> taken.hasNext() ? Optional.of(taken.next()) : Optional.empty();
        });
    }

    @Override
    public long newestRevision(Timestamp upTo) {
        return read(view -> view.newestRevision(upTo));
    }

    @Override
    public List<Change> changes(long afterRevision, int limit) {
        return read(view -> view.changes(afterRevision, limit));
    }

    @Override
    public Optional<ChangedKey> firstChange(Predicate<Key> keys, Timestamp readTs) {
        return read(view -> view.firstChange(keys, readTs));
    }

    @Override
    public Optional<Remembered> remembered(Bytes idempotencyKey) {
        return read(view -> view.remembered(idempotencyKey));
    }

    @Override
    public Optional<GrantedLease> lease(long id) {
        return read(view -> view.lease(id));
    }

    @Override
    public List<GrantedLease> leases(long afterId, int limit) {
        return read(view -> view.leases(afterId, limit));
    }

    @Override
    public long leaseCount() {
        return read(ReadView::leaseCount);
    }

    @Override
    public List<Key> leaseKeys(long id, int limit, long maxBytes) {
        return read(view -> view.leaseKeys(id, limit, maxBytes));
    }

    @Override
    public void visit(StateVisitor visitor) {
        read(view -> {
            view.visit(visitor);
            return view;
        });
    }

    @Override
    public void close() {
        // Each read has closed its own view.
    }
}
