package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.GrantedLease;
import io.skipstone.model.KeyValue;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import java.util.Optional;

/**
 * Goes once over everything that the store shows, and leaves out what only the garbage collection has not removed yet: so two
 * nodes that collect at different times show the same.
 */
final class StateWalk {
    /** Sorts before every row. */
    private static final byte[] FIRST = {0};

    private final LmdbReadView view;
    private final Reading rows;
    private final StateVisitor visitor;

    StateWalk(LmdbReadView view, Reading rows, StateVisitor visitor) {
        this.view = view;
        this.rows = rows;
        this.visitor = visitor;
    }

    void run() {
        versions();
        changes();
        outcomes();
        leases();
    }

    private void versions() {
        var floor = view.meta().gcFloor();
        var cursor = new KeyCursor(rows.rows(Table.KV), view.layout());
        cursor.seek(KeyCodec.encode(Bytes.EMPTY.array()));
        while (cursor.valid()) {
            KeyCursor.Found found = cursor.found();
            boolean isAbove = found.commitTs().isAfter(floor);
            if (isAbove || found.version().isVisible(floor)) {
                visitor.version(found.key(), found.commitTs(), written(found));
            }
            if (isAbove) {
                cursor.next();
            } else {
                cursor.nextKey();
            }
        }
    }

    private Optional<KeyValue> written(KeyCursor.Found found) {
        KeyRow.Version version = found.version();
        if (version.content() instanceof KeyRow.Content.Deleted) {
            return Optional.empty();
        }
        var stored = new LmdbReadView.Stored(found.commitTs(), version);
        return Optional.of(view.keyValue(found.key(), stored, Content.KEYS_AND_VALUES));
    }

    private void changes() {
        long floorRevision = view.changeLog().newestUpTo(view.meta().gcFloor());
        Rows changes = rows.rows(Table.CHANGES);
        for (boolean more = changes.seek(ChangeRow.rowKey(floorRevision + 1, 0)); more; more = changes.next()) {
            ChangeRow row = ChangeRow.decode(changes.key(), changes.row());
            row.keys().forEach(key -> visitor.change(row.revision(), row.commitTs(), key));
        }
    }

    private void leases() {
        Rows leases = rows.rows(Table.LEASE);
        for (boolean more = leases.seek(FIRST); more; more = leases.next()) {
            GrantedLease lease = LeaseRow.decode(leases.key(), leases.row());
            visitor.lease(lease);
            keysOf(lease);
        }
    }

    private void keysOf(GrantedLease lease) {
        byte[] prefix = LeaseKeyRow.prefix(lease.id());
        Rows keys = rows.rows(Table.LEASE_KEY);
        for (boolean more = keys.seek(prefix); more && KeyCodec.startsWith(keys.key(), prefix); more = keys.next()) {
            visitor.leased(lease.id(), LeaseKeyRow.key(keys.key(), keys.row()));
        }
    }

    private void outcomes() {
        Rows dedup = rows.rows(Table.DEDUP);
        for (boolean more = dedup.seek(FIRST); more; more = dedup.next()) {
            ReadView.Remembered remembered = RememberedRow.decode(dedup.key(), dedup.row());
            if (remembered.expiresAt().isAfter(view.meta().lastCommitTs())) {
                visitor.remembered(Bytes.wrap(dedup.key()), remembered);
            }
        }
    }
}
