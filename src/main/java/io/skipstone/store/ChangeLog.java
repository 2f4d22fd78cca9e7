package io.skipstone.store;

import io.skipstone.model.Change;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.ReadView.ChangedKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Which revision changed which keys, and when. Revisions are dense and their timestamps ascend, so a moment is found by halving.
 * The oldest revision that is left is never newer than the one after the floor's: the collector keeps it.
 */
final class ChangeLog {
    private final Reading rows;
    private final long newestRevision;

    ChangeLog(Reading rows, long newestRevision) {
        this.rows = rows;
        this.newestRevision = newestRevision;
    }

    /** The newest revision committed at or below this timestamp; 0 if there is none. */
    long newestUpTo(Timestamp upTo) {
        Rows changes = rows.rows(Table.CHANGES);
        if (!changes.seek(ChangeRow.rowKey(0, 0))) {
            return newestRevision;
        }
        long low = ChangeRow.revision(changes.key()) - 1;
        long high = newestRevision;
        while (low < high) {
            long middle = low + (high - low + 1) / 2;
            if (require(middle).isAfter(upTo)) {
                high = middle - 1;
            } else {
                low = middle;
            }
        }
        return low;
    }

    private Timestamp require(long revision) {
        return commitTs(revision)
                .orElseThrow(() -> new InvariantViolation("revision " + revision + " is missing in the change log"));
    }

    Optional<Timestamp> commitTs(long revision) {
        Rows changes = rows.rows(Table.CHANGES);
        boolean found = changes.seek(ChangeRow.rowKey(revision, 0)) && ChangeRow.revision(changes.key()) == revision;
        return found ? Optional.of(ChangeRow.commitTs(changes.key(), changes.row())) : Optional.empty();
    }

    List<Change> after(long revision, int limit) {
        var found = new ArrayList<Change>();
        var keys = new ArrayList<Key>();
        Rows changes = rows.rows(Table.CHANGES);
        boolean more = changes.seek(ChangeRow.rowKey(revision + 1, 0));
        while (more && found.size() < limit) {
            ChangeRow row = ChangeRow.decode(changes.key(), changes.row());
            keys.addAll(row.keys());
            more = changes.next();
            if (!more || ChangeRow.revision(changes.key()) != row.revision()) {
                found.add(new Change(row.revision(), row.commitTs(), keys));
                keys.clear();
            }
        }
        return found;
    }

    Optional<ChangedKey> first(Predicate<Key> among, Timestamp readTs) {
        Rows changes = rows.rows(Table.CHANGES);
        long above = newestUpTo(readTs) + 1;
        for (boolean more = changes.seek(ChangeRow.rowKey(above, 0)); more; more = changes.next()) {
            ChangeRow row = ChangeRow.decode(changes.key(), changes.row());
            for (Key key : row.keys()) {
                if (among.test(key)) {
                    return Optional.of(new ChangedKey(key, row.commitTs()));
                }
            }
        }
        return Optional.empty();
    }
}
