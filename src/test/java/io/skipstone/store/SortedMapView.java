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
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.SkipstoneException.Compacted;
import io.skipstone.model.Timestamp;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Reads of the model. */
class SortedMapView implements ReadView {
    private final SortedMapState state;

    SortedMapView(SortedMapState state) {
        this.state = state;
    }

    SortedMapState state() {
        return state;
    }

    @Override
    public StoreMeta meta() {
        return state.meta();
    }

    @Override
    public Optional<KeyValue> get(Key key, Moment moment) {
        refuseBelowFloor(moment.upTo());
        return state.visible(key, moment);
    }

    @Override
    public Optional<Timestamp> latestCommit(Key key) {
        Timestamp floor = state.meta().gcFloor();
        return SortedMapState.newest(state.of(key), Timestamp.MAX)
                .filter(version -> version.commitTs().isAfter(floor) || version.isVisible(floor))
                .map(SortedMapState.Version::commitTs);
    }

    @Override
    public ScanPage scan(ScanQuery query, Moment moment) {
        refuseBelowFloor(moment.upTo());
        List<KeyValue> all = visible(query.range(), query.order(), moment).toList();
        var rows = new ArrayList<KeyValue>();
        long bytes = 0;
        for (KeyValue found : all) {
            if (rows.size() == query.limit() || bytes >= query.maxBytes()) {
                return new ScanPage(rows, Optional.of(rest(query, rows.getLast().key())));
            }
            KeyValue row = query.content() == Content.KEYS_ONLY ? withoutValue(found) : found;
            rows.add(row);
            bytes += row.key().length() + row.value().length();
        }
        return new ScanPage(rows, Optional.empty());
    }

    private static KeyRange rest(ScanQuery query, Key last) {
        return query.order() == Order.ASCENDING
                ? new KeyRange(last.bytes().successor(), query.range().end())
                : new KeyRange(query.range().start(), last.bytes());
    }

    private static KeyValue withoutValue(KeyValue row) {
        return new KeyValue(
                row.key(),
                Bytes.EMPTY,
                row.createRevision(),
                row.modRevision(),
                row.version(),
                row.commitTs(),
                row.expiresAt(),
                row.leaseId());
    }

    @Override
    public long count(KeyRange range, Moment moment, long atMost) {
        refuseBelowFloor(moment.upTo());
        return visible(range, Order.ASCENDING, moment).limit(atMost).count();
    }

    Stream<KeyValue> visible(KeyRange range, Order order, Moment moment) {
        return rows(range, order).stream().flatMap(versions -> SortedMapState.visible(versions, moment).stream());
    }

    private Collection<List<SortedMapState.Version>> rows(KeyRange range, Order order) {
        NavigableMap<Bytes, List<SortedMapState.Version>> rows = state.versions;
        if (!range.start().isEmpty()) {
            rows = rows.tailMap(range.start(), true);
        }
        if (!range.end().isEmpty()) {
            rows = rows.headMap(range.end(), false);
        }
        return order == Order.ASCENDING ? rows.values() : rows.descendingMap().values();
    }

    @Override
    public Optional<Timestamp> timestampOf(long revision) {
        if (revision < floorRevision() || revision > state.meta().revision()) {
            return Optional.empty();
        }
        return revision == 0
                ? Optional.of(Timestamp.NONE)
                : Optional.of(state.changes.get(Math.toIntExact(revision - 1)).commitTs());
    }

    /** The newest revision at or below the floor: the state of the floor. */
    private long floorRevision() {
        return state.changes.stream()
                .filter(change -> !change.commitTs().isAfter(state.meta().gcFloor()))
                .count();
    }

    @Override
    public List<Change> changes(long afterRevision, int limit) {
        if (afterRevision < floorRevision()) {
            throw new Compacted(state.meta().gcFloor());
        }
        return state.changes.stream()
                .filter(change -> change.revision() > afterRevision)
                .limit(limit)
                .toList();
    }

    @Override
    public ChangeScan changesFrom(ChangePlace from) {
        if (from.revision() <= floorRevision()) {
            throw new Compacted(state.meta().gcFloor());
        }
        var all = state.changes.stream()
                .flatMap(change -> IntStream.range(0, change.keys().size())
                        .mapToObj(key -> new ChangeScan.KeyChange(
                                new ChangePlace(change.revision(), 0, key),
                                change.commitTs(),
                                change.keys().get(key),
                                key == change.keys().size() - 1)))
                .filter(change -> change.place().compareTo(from) >= 0)
                .iterator();
        return () -> all.hasNext() ? Optional.of(all.next()) : Optional.empty();
    }

    @Override
    public long newestRevision(Timestamp upTo) {
        return state.changes.stream()
                .filter(change -> !change.commitTs().isAfter(upTo))
                .count();
    }

    @Override
    public Optional<ChangedKey> firstChange(Predicate<Key> keys, Timestamp readTs) {
        refuseBelowFloor(readTs);
        return state.changes.stream()
                .filter(change -> change.commitTs().isAfter(readTs))
                .flatMap(change ->
                        change.keys().stream().filter(keys).map(key -> new ChangedKey(key, change.commitTs())))
                .findFirst();
    }

    @Override
    public Optional<Remembered> remembered(Bytes idempotencyKey) {
        return Optional.ofNullable(state.remembered.get(idempotencyKey))
                .filter(known -> known.expiresAt().isAfter(state.meta().lastCommitTs()));
    }

    @Override
    public Optional<GrantedLease> lease(long id) {
        return Optional.ofNullable(state.leases.get(id));
    }

    @Override
    public List<GrantedLease> leases(long afterId, int limit) {
        return state.leases.tailMap(afterId, false).values().stream()
                .limit(limit)
                .toList();
    }

    @Override
    public long leaseCount() {
        return state.leases.size();
    }

    @Override
    public List<Key> leaseKeys(long id, int limit, long maxBytes) {
        var keys = new ArrayList<Key>();
        long bytes = 0;
        for (Key key : state.keysOf(id)) {
            if (keys.size() == limit || bytes >= maxBytes) {
                break;
            }
            keys.add(key);
            bytes += key.length();
        }
        return keys;
    }

    @Override
    public void visit(StateVisitor visitor) {
        Timestamp floor = state.meta().gcFloor();
        state.versions.forEach((key, all) -> SortedMapState.kept(all, floor).reversed().stream()
                .forEach(version -> visitor.version(Key.of(key.array()), version.commitTs(), version.value())));
        state.changes.stream()
                .filter(change -> change.commitTs().isAfter(floor))
                .forEach(change ->
                        change.keys().forEach(key -> visitor.change(change.revision(), change.commitTs(), key)));
        new TreeMap<>(state.remembered)
                .forEach((key, outcome) -> remembered(key).ifPresent(_ -> visitor.remembered(key, outcome)));
        state.leases.forEach((id, lease) -> {
            visitor.lease(lease);
            state.keysOf(id).forEach(key -> visitor.leased(id, key));
        });
    }

    private void refuseBelowFloor(Timestamp upTo) {
        if (state.meta().gcFloor().isAfter(upTo)) {
            throw new Compacted(state.meta().gcFloor());
        }
    }

    @Override
    public void close() {
        // Nothing to give back.
    }
}
