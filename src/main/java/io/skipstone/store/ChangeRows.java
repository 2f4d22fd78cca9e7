package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Reading;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import java.util.List;
import java.util.Optional;

/** Goes through the change log row by row; seeks each row anew, because others of the same view move the cursor. */
final class ChangeRows implements ChangeScan {
    private final Reading rows;
    private ChangePlace at;
    private List<Key> keys = List.of();
    private Timestamp commitTs = Timestamp.NONE;
    private boolean isLastRow = true;
    private boolean hasBegun;

    ChangeRows(Reading rows, ChangePlace from) {
        this.rows = rows;
        this.at = from;
    }

    @Override
    public Optional<KeyChange> next() {
        while (at.key() >= keys.size()) {
            if (!nextRow()) {
                return Optional.empty();
            }
        }
        boolean isLast = isLastRow && at.key() == keys.size() - 1;
        var change = new KeyChange(at, commitTs, keys.get(at.key()), isLast);
        at = new ChangePlace(at.revision(), at.row(), at.key() + 1);
        return Optional.of(change);
    }

    private boolean nextRow() {
        int row = hasBegun ? at.row() + 1 : at.row();
        Rows changes = rows.rows(Table.CHANGES);
        if (!changes.seek(ChangeRow.rowKey(at.revision(), row))) {
            return false;
        }
        ChangeRow found = ChangeRow.decode(changes.key(), changes.row());
        boolean isTheOne = !hasBegun && found.revision() == at.revision() && found.chunk() == at.row();
        at = new ChangePlace(found.revision(), found.chunk(), isTheOne ? at.key() : 0);
        hasBegun = true;
        keys = found.keys();
        commitTs = found.commitTs();
        isLastRow = !changes.next() || ChangeRow.revision(changes.key()) != found.revision();
        return true;
    }
}
