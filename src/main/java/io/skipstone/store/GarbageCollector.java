package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import java.util.List;

/**
 * Removes what no read at the GC floor or later can see; docs/decisions/0003. The change log says which keys have old versions and
 * the expiry table which have expired ones, so nothing is scanned. Each row of these is removed when its keys are done: what is
 * left of them is what is left to do, also after a crash.
 */
final class GarbageCollector {
    /** A row of the log, its key and one old version: with less no slice would get anywhere. */
    private static final int FEWEST_ROWS = 3;

    private final Writing rows;
    private final Timestamp floor;
    private final Timestamp lastCommitTs;
    private final long floorRevision;
    private final KeyCompaction compaction;
    private final WorkBudget budget;

    GarbageCollector(Writing rows, Layout layout, StoreMeta meta, int maxRows) {
        this.rows = rows;
        this.floor = meta.gcFloor();
        this.lastCommitTs = meta.lastCommitTs();
        this.floorRevision = new ChangeLog(rows, meta.revision()).newestUpTo(floor);
        this.budget = new WorkBudget(Math.max(FEWEST_ROWS, maxRows));
        this.compaction = new KeyCompaction(rows, layout, floor, budget);
    }

    /** Whether anything is left to remove. */
    static boolean hasWork(Reading rows, StoreMeta meta) {
        Rows expiries = rows.rows(Table.EXPIRY);
        Rows remembered = rows.rows(Table.DEDUP_EXPIRY);
        long floorRevision = new ChangeLog(rows, meta.revision()).newestUpTo(meta.gcFloor());
        return (first(expiries) && !ExpiryRow.expiresAt(expiries.key()).isAfter(meta.gcFloor()))
                || (first(remembered)
                        && !RememberedRow.expiresAt(remembered.key()).isAfter(meta.lastCommitTs()))
                || seekChange(rows.rows(Table.CHANGES), floorRevision);
    }

    void run() {
        collectChanges();
        collectExpired();
        collectRemembered();
    }

    private void collectChanges() {
        Rows changes = rows.rows(Table.CHANGES);
        while (!budget.isSpent() && seekChange(changes, floorRevision)) {
            collect(ChangeRow.decode(changes.key(), changes.row()));
        }
    }

    /** Moves to the first row of the log, up to the floor's revision, that still has work in it. */
    private static boolean seekChange(Rows changes, long floorRevision) {
        if (!first(changes)) {
            return false;
        }
        // The floor's own revision keeps its first row, without keys, for its timestamp.
        ChangeRow row = ChangeRow.decode(changes.key(), changes.row());
        boolean kept = row.revision() == floorRevision
                && row.chunk() == 0
                && row.keys().isEmpty();
        return (!kept || changes.next()) && ChangeRow.revision(changes.key()) <= floorRevision;
    }

    private void collect(ChangeRow row) {
        budget.spend();
        int done = 0;
        while (done < row.keys().size() && compaction.compact(row.keys().get(done))) {
            done++;
        }
        List<Key> left = row.keys().subList(done, row.keys().size());
        if (left.isEmpty() && !(row.revision() == floorRevision && row.chunk() == 0)) {
            rows.delete(Table.CHANGES, row.rowKey());
        } else if (done > 0 || left.isEmpty()) {
            var rest = new ChangeRow(row.revision(), row.chunk(), row.commitTs(), left);
            rows.put(Table.CHANGES, rest.rowKey(), rest.encode());
        }
    }

    private void collectExpired() {
        Rows expiries = rows.rows(Table.EXPIRY);
        while (!budget.isSpent()
                && first(expiries)
                && !ExpiryRow.expiresAt(expiries.key()).isAfter(floor)) {
            byte[] rowKey = expiries.key();
            budget.spend();
            if (!compaction.compact(ExpiryRow.key(rowKey, expiries.row()))) {
                return;
            }
            rows.delete(Table.EXPIRY, rowKey);
        }
    }

    private void collectRemembered() {
        Rows remembered = rows.rows(Table.DEDUP_EXPIRY);
        while (!budget.isSpent()
                && first(remembered)
                && !RememberedRow.expiresAt(remembered.key()).isAfter(lastCommitTs)) {
            budget.spend();
            RememberedRow.forget(rows, remembered.key());
        }
    }

    private static boolean first(Rows table) {
        return table.seek(new byte[] {0});
    }
}
