package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Change;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Writes of the model. */
final class SortedMapWriteTxn extends SortedMapView implements WriteTxn {
    private final WriteAt last;
    private WriteAt open = WriteAt.UNLOGGED;
    private boolean inEntry;
    private boolean changed;

    SortedMapWriteTxn(SortedMapState state, WriteAt last) {
        super(state);
        this.last = last;
    }

    @Override
    public void beginEntry(WriteAt at, Timestamp commitTs) {
        StoreMeta meta = meta();
        Invariants.check(
                commitTs.isAfter(meta.lastCommitTs()),
                "commit timestamp went back: {} -> {}",
                meta.lastCommitTs().bits(),
                commitTs.bits());
        Optional<Position> applied = meta.applied();
        if (at instanceof Position next) {
            if (!(last instanceof Position)) {
                throw new InvariantViolation("a logged entry in an unlogged write");
            }
            applied.ifPresent(before -> SortedMapStore.checkNotBack(before, next));
            applied.ifPresent(before -> Invariants.check(
                    next.equals(open) || next.index() > before.index(),
                    "applied index went back: {} -> {}",
                    before.index(),
                    next.index()));
            applied = Optional.of(next);
        }
        open = at;
        inEntry = true;
        changed = false;
        set(applied, meta.revision(), commitTs, meta.gcFloor(), meta.configuration(), meta.groupId());
    }

    void finish() {
        if (last instanceof Position position) {
            StoreMeta meta = meta();
            meta.applied().ifPresent(applied -> SortedMapStore.checkNotBack(applied, position));
            set(
                    Optional.of(position),
                    meta.revision(),
                    meta.lastCommitTs(),
                    meta.gcFloor(),
                    meta.configuration(),
                    meta.groupId());
        }
    }

    @Override
    public Timestamp commitTs() {
        if (!inEntry) {
            throw SortedMapStore.outsideAnEntry();
        }
        return meta().lastCommitTs();
    }

    @Override
    public long revision() {
        return meta().revision();
    }

    @Override
    public KeyValue put(Key key, Bytes value, Timestamp expiresAt, long leaseId) {
        Invariants.check(
                leaseId == 0 || (expiresAt.isNone() && state().leases.containsKey(leaseId)),
                "a put with lease {} that expires or has no lease",
                leaseId);
        Optional<KeyValue> before = state().visible(key, Moment.at(commitTs()));
        detach(before);
        change(key);
        var written = new KeyValue(
                key,
                value,
                before.map(KeyValue::createRevision).orElse(revision()),
                revision(),
                before.map(KeyValue::version).orElse(0L) + 1,
                commitTs(),
                expiresAt,
                leaseId);
        if (leaseId != 0) {
            state().attach(leaseId, key);
        }
        state().add(key, new SortedMapState.Version(commitTs(), Optional.of(written)));
        return written;
    }

    @Override
    public boolean delete(Key key) {
        Optional<KeyValue> before = state().visible(key, Moment.at(commitTs()));
        if (before.isEmpty()) {
            return false;
        }
        detach(before);
        change(key);
        state().add(key, new SortedMapState.Version(commitTs(), Optional.empty()));
        return true;
    }

    private void detach(Optional<KeyValue> before) {
        before.filter(version -> version.leaseId() != 0)
                .ifPresent(version -> state().detach(version.leaseId(), version.key()));
    }

    @Override
    public GrantedLease grantLease(long id, long ttlSeconds, int maxKeys) {
        Invariants.check(!state().leases.containsKey(id), "lease {} is there", id);
        var lease = new GrantedLease(id, ttlSeconds, commitTs(), maxKeys, 0);
        state().leases.put(id, lease);
        return lease;
    }

    @Override
    public long endLease(long id) {
        Invariants.check(state().leases.containsKey(id), "lease {} is not there", id);
        List<Key> keys = state().keysOf(id);
        keys.forEach(this::delete);
        state().leases.remove(id);
        state().leaseKeys.remove(id);
        return keys.size();
    }

    @Override
    public Optional<Long> deletePrefix(Bytes prefix, Bytes exclude, int maxKeys) {
        List<Key> doomed = visible(KeyRange.prefix(prefix), Order.ASCENDING, Moment.at(commitTs()))
                .map(KeyValue::key)
                .filter(key -> exclude.isEmpty() || !key.bytes().startsWith(exclude))
                .toList();
        if (doomed.size() > maxKeys) {
            return Optional.empty();
        }
        doomed.forEach(this::delete);
        return Optional.of((long) doomed.size());
    }

    private void change(Key key) {
        boolean twice =
                state().of(key).stream().anyMatch(version -> version.commitTs().equals(commitTs()));
        Invariants.check(!twice, "a key is written twice in one entry");
        List<Change> changes = state().changes;
        if (!changed) {
            changed = true;
            StoreMeta meta = meta();
            set(
                    meta.applied(),
                    meta.revision() + 1,
                    meta.lastCommitTs(),
                    meta.gcFloor(),
                    meta.configuration(),
                    meta.groupId());
            changes.add(new Change(revision(), commitTs(), List.of(key)));
            return;
        }
        var keys = new ArrayList<>(changes.removeLast().keys());
        keys.add(key);
        changes.add(new Change(revision(), commitTs(), keys));
    }

    @Override
    public Timestamp raiseGcFloor(Timestamp floor) {
        StoreMeta meta = meta();
        Timestamp possible = floor.isAfter(meta.lastCommitTs()) ? meta.lastCommitTs() : floor;
        Timestamp raised = possible.max(meta.gcFloor());
        set(meta.applied(), meta.revision(), meta.lastCommitTs(), raised, meta.configuration(), meta.groupId());
        return raised;
    }

    @Override
    public Timestamp raiseClockCeiling(Timestamp ceiling) {
        StoreMeta meta = meta();
        state().meta(meta.withHlcCeiling(ceiling.max(meta.hlcCeiling())));
        return meta().hlcCeiling();
    }

    @Override
    public void remember(Bytes idempotencyKey, Remembered remembered) {
        state().remembered.put(idempotencyKey, remembered);
    }

    @Override
    public void belongTo(UUID groupId) {
        StoreMeta meta = meta();
        meta.groupId().filter(known -> !known.equals(groupId)).ifPresent(known -> {
            throw new InvariantViolation("the store belongs to group " + known + ", not to " + groupId);
        });
        set(
                meta.applied(),
                meta.revision(),
                meta.lastCommitTs(),
                meta.gcFloor(),
                meta.configuration(),
                Optional.of(groupId));
    }

    @Override
    public void configuration(Bytes configuration) {
        StoreMeta meta = meta();
        set(meta.applied(), meta.revision(), meta.lastCommitTs(), meta.gcFloor(), configuration, meta.groupId());
    }

    private void set(
            Optional<Position> applied,
            long revision,
            Timestamp lastCommitTs,
            Timestamp gcFloor,
            Bytes configuration,
            Optional<UUID> groupId) {
        StoreMeta meta = meta();
        state().meta(new StoreMeta(
                applied,
                revision,
                lastCommitTs,
                meta.hlcCeiling(),
                meta.cutover(),
                gcFloor,
                configuration,
                groupId,
                meta.nextChildId(),
                meta.nextBigId()));
    }
}
