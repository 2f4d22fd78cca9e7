package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Change;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.Key;
import io.skipstone.model.KeyValue;
import io.skipstone.model.Moment;
import io.skipstone.model.Timestamp;
import io.skipstone.store.ReadView.Remembered;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** One state of the model. Copies share the lists of versions, which are never changed in place. */
final class SortedMapState {
    final NavigableMap<Bytes, List<Version>> versions;
    final List<Change> changes;
    final Map<Bytes, Remembered> remembered;
    final NavigableMap<Long, GrantedLease> leases;

    /** The keys of each lease, as they were attached. */
    final Map<Long, List<Key>> leaseKeys;

    private StoreMeta meta;

    /** One version; a delete when {@code value} is empty. */
    record Version(Timestamp commitTs, Optional<KeyValue> value) {
        boolean isVisible(Timestamp now) {
            return value.isPresent()
                    && (value.get().expiresAt().isNone()
                            || value.get().expiresAt().isAfter(now));
        }
    }

    SortedMapState() {
        versions = new TreeMap<>();
        changes = new ArrayList<>();
        remembered = new HashMap<>();
        leases = new TreeMap<>();
        leaseKeys = new HashMap<>();
        meta = StoreMeta.EMPTY;
    }

    SortedMapState(SortedMapState other) {
        versions = new TreeMap<>(other.versions);
        changes = new ArrayList<>(other.changes);
        remembered = new HashMap<>(other.remembered);
        leases = new TreeMap<>(other.leases);
        leaseKeys = new HashMap<>(other.leaseKeys);
        meta = other.meta;
    }

    StoreMeta meta() {
        return meta;
    }

    void meta(StoreMeta next) {
        meta = next;
    }

    Optional<KeyValue> visible(Key key, Moment moment) {
        return visible(of(key), moment);
    }

    static Optional<KeyValue> visible(List<Version> versionsOfKey, Moment moment) {
        return newest(versionsOfKey, moment.upTo())
                .filter(version -> version.isVisible(moment.now()))
                .flatMap(Version::value);
    }

    static Optional<Version> newest(List<Version> versionsOfKey, Timestamp upTo) {
        Version newest = null;
        for (Version version : versionsOfKey) {
            if (!version.commitTs().isAfter(upTo)) {
                newest = version;
            }
        }
        return Optional.ofNullable(newest);
    }

    List<Version> of(Key key) {
        return versions.getOrDefault(key.bytes(), List.of());
    }

    void attach(long leaseId, Key key) {
        var keys = new ArrayList<>(keysOf(leaseId));
        keys.add(key);
        keep(leaseId, keys);
    }

    void detach(long leaseId, Key key) {
        var keys = new ArrayList<>(keysOf(leaseId));
        keys.remove(key);
        keep(leaseId, keys);
    }

    List<Key> keysOf(long leaseId) {
        return leaseKeys.getOrDefault(leaseId, List.of());
    }

    private void keep(long leaseId, List<Key> keys) {
        leaseKeys.put(leaseId, List.copyOf(keys));
        leases.computeIfPresent(leaseId, (_, lease) -> lease.withKeys(keys.size()));
    }

    void add(Key key, Version version) {
        var all = new ArrayList<>(of(key));
        all.add(version);
        versions.put(key.bytes(), List.copyOf(all));
    }

    /** Keeps what some read at the floor or later can see. */
    void collect() {
        Timestamp floor = meta.gcFloor();
        versions.replaceAll((key, all) -> kept(all, floor));
        versions.values().removeIf(List::isEmpty);
        remembered.values().removeIf(known -> !known.expiresAt().isAfter(meta.lastCommitTs()));
    }

    static List<Version> kept(List<Version> all, Timestamp floor) {
        Optional<Version> atFloor = newest(all, floor).filter(version -> version.isVisible(floor));
        return all.stream()
                .filter(version -> version.commitTs().isAfter(floor) || atFloor.equals(Optional.of(version)))
                .toList();
    }

    long versionCount() {
        return versions.values().stream().mapToLong(List::size).sum();
    }
}
