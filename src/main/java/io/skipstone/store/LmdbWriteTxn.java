package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Invariants;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Writes inside one transaction. A new one is made for each run of the work, from the committed meta. */
final class LmdbWriteTxn extends LmdbReadView implements WriteTxn {
    /** Keys that a prefix delete holds in memory. */
    private static final int DELETED_AT_ONCE = 512;

    private final Writing rows;
    private final WriteAt last;
    private final ChangeLogWriter changeWriter;
    private boolean inEntry;

    /** Where the open entry stands. */
    private WriteAt open = WriteAt.UNLOGGED;

    private int changedKeys;

    LmdbWriteTxn(Writing rows, Layout layout, StoreMeta committed, WriteAt last) {
        super(rows, layout, committed);
        this.rows = rows;
        this.last = last;
        this.changeWriter = new ChangeLogWriter(rows, layout.pieceBytes());
    }

    Writing rows() {
        return rows;
    }

    /** Writes what is still gathered, and takes the position of the whole write; returns the meta to commit. */
    StoreMeta finish() {
        changeWriter.flush();
        if (last instanceof Position position) {
            meta(meta().advancedTo(position));
        }
        return meta();
    }

    @Override
    public void beginEntry(WriteAt at, Timestamp commitTs) {
        Timestamp before = meta().lastCommitTs();
        Invariants.check(
                commitTs.isAfter(before), "commit timestamp went back: {} -> {}", before.bits(), commitTs.bits());
        if (at instanceof Position next) {
            checkEntry(next);
            meta(meta().advancedTo(next));
        }
        meta(meta().withLastCommitTs(commitTs));
        open = at;
        inEntry = true;
        changedKeys = 0;
    }

    private void checkEntry(Position next) {
        if (!(last instanceof Position)) {
            throw new InvariantViolation("a logged entry in an unlogged write");
        }
        if (next.equals(open)) {
            return;
        }
        meta().applied()
                .ifPresent(applied -> Invariants.check(
                        next.index() > applied.index(),
                        "applied index went back: {} -> {}",
                        applied.index(),
                        next.index()));
    }

    @Override
    public Timestamp commitTs() {
        if (!inEntry) {
            throw new InvariantViolation("a change outside an entry");
        }
        return meta().lastCommitTs();
    }

    @Override
    public long revision() {
        return meta().revision();
    }

    @Override
    public KeyValue put(Key key, Bytes value, Timestamp expiresAt, long leaseId) {
        Timestamp now = commitTs();
        Invariants.check(leaseId == 0 || expiresAt.isNone(), "a key of lease {} expires by itself too", leaseId);
        KeyPlace place = KeyPlace.make(rows, layout(), key, this::newChildId);
        Optional<KeyRow.Version> before = current(place).filter(version -> version.isVisible(now));
        before.ifPresent(this::detach);
        int ordinal = change(key);
        var version = new KeyRow.Version(
                expiresAt,
                before.map(KeyRow.Version::createRevision).orElse(revision()),
                revision(),
                before.map(KeyRow.Version::version).orElse(0L) + 1,
                ordinal,
                content(value),
                leaseId);
        write(place, now, version);
        if (!expiresAt.isNone()) {
            ExpiryRow.put(rows, key, version);
        }
        if (leaseId != 0) {
            LeaseKeyRow.put(rows, key, version);
            countKeys(leaseId, 1);
        }
        return new KeyValue(
                key,
                value,
                version.createRevision(),
                version.modRevision(),
                version.version(),
                now,
                expiresAt,
                leaseId);
    }

    /** Before another version takes the place of this one. */
    private void detach(KeyRow.Version before) {
        if (before.leaseId() != 0) {
            Invariants.check(
                    LeaseKeyRow.delete(rows, before), "lease {} does not know one of its keys", before.leaseId());
            countKeys(before.leaseId(), -1);
        }
    }

    private void countKeys(long leaseId, int more) {
        GrantedLease lease = existing(leaseId);
        LeaseRow.write(rows, lease.withKeys(lease.keys() + more));
    }

    private GrantedLease existing(long leaseId) {
        return lease(leaseId).orElseThrow(() -> new InvariantViolation("there is no lease " + leaseId));
    }

    @Override
    public GrantedLease grantLease(long id, long ttlSeconds, int maxKeys) {
        Invariants.check(id > 0 && lease(id).isEmpty(), "a lease {} cannot be made", id);
        var lease = new GrantedLease(id, ttlSeconds, commitTs(), maxKeys, 0);
        LeaseRow.write(rows, lease);
        return lease;
    }

    /** One key after the other, each of which takes its row of the lease along: they never stand on the heap together. */
    @Override
    public long endLease(long id) {
        int keys = existing(id).keys();
        for (int gone = 0; gone < keys; gone++) {
            List<Key> next = leaseKeys(id, 1, Long.MAX_VALUE);
            Invariants.check(
                    next.size() == 1 && delete(next.getFirst()), "lease {} counts keys that it does not have", id);
        }
        Invariants.check(leaseKeys(id, 1, Long.MAX_VALUE).isEmpty(), "lease {} has keys that it does not count", id);
        rows.delete(Table.LEASE, LeaseRow.rowKey(id));
        return keys;
    }

    private KeyRow.Content content(Bytes value) {
        if (value.length() <= layout().inlineValueBytes()) {
            return new KeyRow.Content.Inline(value);
        }
        long bigId = meta().nextBigId();
        meta(meta().withNextBigId(bigId + 1));
        return BigValues.write(rows, layout(), bigId, value);
    }

    private long newChildId() {
        long childId = meta().nextChildId();
        meta(meta().withNextChildId(childId + 1));
        return childId;
    }

    @Override
    public boolean delete(Key key) {
        Timestamp now = commitTs();
        Optional<KeyPlace> place = KeyPlace.find(rows, layout(), key);
        Optional<KeyRow.Version> before = place.flatMap(this::current).filter(version -> version.isVisible(now));
        if (place.isEmpty() || before.isEmpty()) {
            return false;
        }
        detach(before.get());
        change(key);
        write(place.get(), now, KeyRow.Version.deleted(revision()));
        return true;
    }

    /** The newest version before the open entry. */
    private Optional<KeyRow.Version> current(KeyPlace place) {
        Optional<Stored> newest = newest(place, Timestamp.MAX);
        newest.ifPresent(stored -> Invariants.check(
                commitTs().isAfter(stored.commitTs()),
                "a key is written twice at one timestamp, or in the past: {} -> {}",
                stored.commitTs().bits(),
                commitTs().bits()));
        return newest.map(Stored::version);
    }

    private void write(KeyPlace place, Timestamp commitTs, KeyRow.Version version) {
        byte[] rowKey = KeyCodec.versionKey(place.versionPrefix(), commitTs.bits());
        rows.put(Table.KV, rowKey, version.encode(rowKey));
    }

    /** Notes the change in the log, under a new revision if it is the entry's first; returns its place in the entry. */
    private int change(Key key) {
        if (changedKeys == 0) {
            meta(meta().withRevision(revision() + 1));
            changeWriter.begin(revision(), commitTs());
        }
        changeWriter.add(key);
        return changedKeys++;
    }

    /** Counts first, then deletes slice by slice: a million keys of any length never stand on the heap together. */
    @Override
    public Optional<Long> deletePrefix(Bytes prefix, Bytes exclude, int maxKeys) {
        KeyRange range = KeyRange.prefix(prefix);
        KeyScan all = scan(range, Order.ASCENDING, Moment.at(commitTs()));
        long count = 0;
        for (Optional<Key> key = nextOutside(all, exclude); key.isPresent(); key = nextOutside(all, exclude)) {
            if (count == maxKeys) {
                return Optional.empty();
            }
            count++;
        }
        for (long deleted = 0; deleted < count; ) {
            List<Key> slice = slice(range, exclude);
            slice.forEach(this::delete);
            deleted += slice.size();
            range = new KeyRange(slice.getLast().bytes().successor(), range.end());
        }
        return Optional.of(count);
    }

    /** The first keys of the range; at least one, for the caller has counted them. */
    private List<Key> slice(KeyRange range, Bytes exclude) {
        KeyScan scan = scan(range, Order.ASCENDING, Moment.at(commitTs()));
        List<Key> keys = new ArrayList<>();
        for (Optional<Key> key = nextOutside(scan, exclude);
                key.isPresent() && keys.size() < DELETED_AT_ONCE;
                key = nextOutside(scan, exclude)) {
            keys.add(key.get());
        }
        Invariants.check(!keys.isEmpty(), "a prefix delete counted keys that it does not find");
        return keys;
    }

    private static Optional<Key> nextOutside(KeyScan scan, Bytes exclude) {
        for (Optional<KeyScan.Hit> hit = scan.next(); hit.isPresent(); hit = scan.next()) {
            Key key = hit.get().found().key();
            if (exclude.isEmpty() || !key.bytes().startsWith(exclude)) {
                return Optional.of(key);
            }
        }
        return Optional.empty();
    }

    @Override
    public Timestamp raiseGcFloor(Timestamp floor) {
        Timestamp possible = floor.isAfter(meta().lastCommitTs()) ? meta().lastCommitTs() : floor;
        meta(meta().withGcFloor(possible.max(meta().gcFloor())));
        return meta().gcFloor();
    }

    @Override
    public Timestamp raiseClockCeiling(Timestamp ceiling) {
        meta(meta().withHlcCeiling(ceiling.max(meta().hlcCeiling())));
        return meta().hlcCeiling();
    }

    @Override
    public void remember(Bytes idempotencyKey, Remembered remembered) {
        RememberedRow.write(rows, idempotencyKey, remembered);
    }

    @Override
    public void belongTo(UUID groupId) {
        meta().groupId().filter(known -> !known.equals(groupId)).ifPresent(known -> {
            throw new InvariantViolation("the store belongs to group " + known + ", not to " + groupId);
        });
        meta(meta().withGroupId(groupId));
    }

    @Override
    public void configuration(Bytes configuration) {
        meta(meta().withConfiguration(configuration));
    }

    /** The changes of the open entry count too. */
    @Override
    ChangeLog changeLog() {
        changeWriter.flush();
        return super.changeLog();
    }

    @Override
    public void close() {
        // The transaction belongs to Store.write, which ends it; the work has nothing to give back.
    }
}
