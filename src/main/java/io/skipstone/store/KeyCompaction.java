package io.skipstone.store;

import io.skipstone.model.Key;
import io.skipstone.model.Timestamp;
import io.skipstone.store.Engine.Rows;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import java.util.Arrays;
import java.util.Optional;

/** Removes the versions of one key that no read at the floor or later can see. */
final class KeyCompaction {
    private final Writing rows;
    private final Layout layout;
    private final Timestamp floor;
    private final WorkBudget budget;

    KeyCompaction(Writing rows, Layout layout, Timestamp floor, WorkBudget budget) {
        this.rows = rows;
        this.layout = layout;
        this.floor = floor;
        this.budget = budget;
    }

    /** Returns false if the budget ended before the key was done; then the same call goes on where this one stopped. */
    boolean compact(Key key) {
        if (budget.isSpent()) {
            return false;
        }
        budget.spend();
        Optional<KeyPlace> place = KeyPlace.find(rows, layout, key);
        return place.isEmpty() || compact(place.get());
    }

    private boolean compact(KeyPlace place) {
        Rows versions = rows.rows(Table.KV);
        byte[] prefix = place.versionPrefix();
        if (!seek(versions, KeyCodec.versionKey(prefix, floor.bits()), prefix)) {
            return true;
        }
        byte[] atFloorKey = versions.key();
        KeyRow.Version atFloor = KeyRow.version(atFloorKey, versions.row());
        // The older ones first: without a delete above them they would come to light again.
        byte[] behind = Arrays.copyOf(atFloorKey, atFloorKey.length + 1);
        while (seek(versions, behind, prefix)) {
            if (budget.isSpent()) {
                return false;
            }
            budget.spend();
            delete(versions.key(), KeyRow.version(versions.key(), versions.row()));
        }
        if (!atFloor.isVisible(floor)) {
            delete(atFloorKey, atFloor);
            dropEmptyLayers(place);
        }
        return true;
    }

    private static boolean seek(Rows versions, byte[] rowKey, byte[] versionPrefix) {
        return versions.seek(rowKey) && KeyCodec.isVersionOf(versions.key(), versionPrefix);
    }

    private void delete(byte[] rowKey, KeyRow.Version version) {
        if (version.content() instanceof KeyRow.Content.Pieces pieces) {
            BigValues.delete(rows, pieces);
        }
        if (!version.expiresAt().isNone()) {
            ExpiryRow.delete(rows, version);
        }
        rows.delete(Table.KV, rowKey);
    }

    private void dropEmptyLayers(KeyPlace place) {
        Rows versions = rows.rows(Table.KV);
        for (int depth = place.links().size(); depth > 0; depth--) {
            byte[] layer = place.layers().get(depth);
            if (versions.seek(layer) && KeyCodec.startsWith(versions.key(), layer)) {
                return;
            }
            rows.delete(Table.KV, place.links().get(depth - 1));
        }
    }
}
