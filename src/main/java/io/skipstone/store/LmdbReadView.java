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
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Reads inside one transaction. */
class LmdbReadView implements ReadView {
    private final Reading rows;
    private final Layout layout;
    private StoreMeta meta;

    LmdbReadView(Reading rows, Layout layout, StoreMeta meta) {
        this.rows = rows;
        this.layout = layout;
        this.meta = meta;
    }

    @Override
    public final StoreMeta meta() {
        return meta;
    }

    final void meta(StoreMeta next) {
        meta = next;
    }

    final Layout layout() {
        return layout;
    }

    @Override
    public final Optional<KeyValue> get(Key key, Moment moment) {
        refuseBelowFloor(moment.upTo());
        return KeyPlace.find(rows, layout, key)
                .flatMap(place -> newest(place, moment.upTo()))
                .filter(stored -> stored.version().isVisible(moment.now()))
                .map(stored -> keyValue(key, stored, Content.KEYS_AND_VALUES));
    }

    /** The newest version up to this timestamp. */
    final Optional<Stored> newest(KeyPlace place, Timestamp upTo) {
        Rows versions = rows.rows(Table.KV);
        byte[] prefix = place.versionPrefix();
        boolean found =
                versions.seek(KeyCodec.versionKey(prefix, upTo.bits())) && KeyCodec.isVersionOf(versions.key(), prefix);
        return found ? Optional.of(Stored.of(versions.key(), versions.row())) : Optional.empty();
    }

    @Override
    public final Optional<Timestamp> latestCommit(Key key) {
        return KeyPlace.find(rows, layout, key)
                .flatMap(place -> newest(place, Timestamp.MAX))
                .filter(stored -> stored.commitTs().isAfter(meta.gcFloor())
                        || stored.version().isVisible(meta.gcFloor()))
                .map(Stored::commitTs);
    }

    @Override
    public final ScanPage scan(ScanQuery query, Moment moment) {
        refuseBelowFloor(moment.upTo());
        KeyScan scan = scan(query.range(), query.order(), moment);
        var page = new ArrayList<KeyValue>();
        long bytes = 0;
        for (Optional<KeyScan.Hit> hit = scan.next(); hit.isPresent(); hit = scan.next()) {
            if (page.size() == query.limit() || bytes >= query.maxBytes()) {
                return new ScanPage(page, Optional.of(rest(query, page.getLast().key())));
            }
            KeyValue row = keyValue(hit.get(), query.content());
            page.add(row);
            bytes += row.key().length() + row.value().length();
        }
        return new ScanPage(page, Optional.empty());
    }

    private static KeyRange rest(ScanQuery query, Key last) {
        return switch (query.order()) {
            case ASCENDING ->
                new KeyRange(last.bytes().successor(), query.range().end());
            case DESCENDING -> new KeyRange(query.range().start(), last.bytes());
        };
    }

    @Override
    public final long count(KeyRange range, Moment moment, long atMost) {
        refuseBelowFloor(moment.upTo());
        KeyScan scan = scan(range, Order.ASCENDING, moment);
        long count = 0;
        while (count < atMost && scan.next().isPresent()) {
            count++;
        }
        return count;
    }

    final KeyScan scan(KeyRange range, Order order, Moment moment) {
        return KeyScan.of(rows.rows(Table.KV), layout, range, order, moment);
    }

    private KeyValue keyValue(KeyScan.Hit hit, Content content) {
        var stored = new Stored(hit.found().commitTs(), hit.version());
        return keyValue(hit.found().key(), stored, content);
    }

    final KeyValue keyValue(Key key, Stored stored, Content content) {
        KeyRow.Version version = stored.version();
        return new KeyValue(
                key,
                content == Content.KEYS_ONLY ? Bytes.EMPTY : value(version),
                version.createRevision(),
                version.modRevision(),
                version.version(),
                stored.commitTs(),
                version.expiresAt(),
                version.leaseId());
    }

    private Bytes value(KeyRow.Version version) {
        return switch (version.content()) {
            case KeyRow.Content.Deleted() -> Bytes.EMPTY;
            case KeyRow.Content.Inline(Bytes value) -> value;
            case KeyRow.Content.Pieces pieces -> BigValues.read(rows, pieces);
        };
    }

    /** The change log as of now. */
    ChangeLog changeLog() {
        return new ChangeLog(rows, meta.revision());
    }

    @Override
    public final Optional<Timestamp> timestampOf(long revision) {
        if (revision < 0 || revision > meta.revision()) {
            return Optional.empty();
        }
        ChangeLog log = changeLog();
        Optional<Timestamp> commitTs = revision == 0 ? Optional.of(Timestamp.NONE) : log.commitTs(revision);
        return commitTs.filter(found -> found.isAfter(meta.gcFloor()) || revision == log.newestUpTo(meta.gcFloor()));
    }

    @Override
    public final List<Change> changes(long afterRevision, int limit) {
        ChangeLog log = changeLog();
        if (afterRevision < log.newestUpTo(meta.gcFloor())) {
            throw new Compacted(meta.gcFloor());
        }
        return log.after(afterRevision, limit);
    }

    @Override
    public final ChangeScan changesFrom(ChangePlace from) {
        if (from.revision() <= changeLog().newestUpTo(meta.gcFloor())) {
            throw new Compacted(meta.gcFloor());
        }
        return new ChangeRows(rows, from);
    }

    @Override
    public final long newestRevision(Timestamp upTo) {
        return changeLog().newestUpTo(upTo);
    }

    @Override
    public final Optional<ChangedKey> firstChange(Predicate<Key> keys, Timestamp readTs) {
        refuseBelowFloor(readTs);
        return changeLog().first(keys, readTs);
    }

    @Override
    public final Optional<Remembered> remembered(Bytes idempotencyKey) {
        return RememberedRow.read(rows, idempotencyKey)
                .filter(known -> known.expiresAt().isAfter(meta.lastCommitTs()));
    }

    @Override
    public final Optional<GrantedLease> lease(long id) {
        return LeaseRow.read(rows, id);
    }

    @Override
    public final List<GrantedLease> leases(long afterId, int limit) {
        Rows table = rows.rows(Table.LEASE);
        var leases = new ArrayList<GrantedLease>();
        for (boolean more = afterId < Long.MAX_VALUE && table.seek(LeaseRow.rowKey(afterId + 1));
                more && leases.size() < limit;
                more = table.next()) {
            leases.add(LeaseRow.decode(table.key(), table.row()));
        }
        return leases;
    }

    @Override
    public final long leaseCount() {
        return rows.rowCount(Table.LEASE);
    }

    @Override
    public final List<Key> leaseKeys(long id, int limit, long maxBytes) {
        Rows table = rows.rows(Table.LEASE_KEY);
        byte[] prefix = LeaseKeyRow.prefix(id);
        var keys = new ArrayList<Key>();
        long bytes = 0;
        for (boolean more = table.seek(prefix);
                more && KeyCodec.startsWith(table.key(), prefix) && keys.size() < limit && bytes < maxBytes;
                more = table.next()) {
            keys.add(LeaseKeyRow.key(table.key(), table.row()));
            bytes += keys.getLast().length();
        }
        return keys;
    }

    @Override
    public final void visit(StateVisitor visitor) {
        new StateWalk(this, rows, visitor).run();
    }

    private void refuseBelowFloor(Timestamp upTo) {
        if (meta.gcFloor().isAfter(upTo)) {
            throw new Compacted(meta.gcFloor());
        }
    }

    @Override
    public void close() {
        rows.close();
    }

    /** A version and when it was committed. */
    record Stored(Timestamp commitTs, KeyRow.Version version) {
        static Stored of(byte[] rowKey, byte[] row) {
            return new Stored(new Timestamp(KeyCodec.commitTsBits(rowKey)), KeyRow.version(rowKey, row));
        }
    }
}
