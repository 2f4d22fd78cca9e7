package io.skipstone.snapshot;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Invariants;
import io.skipstone.model.Position;
import io.skipstone.store.Store;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.StoreMeta;
import io.skipstone.store.SyncFailure;
import java.io.IOException;
import java.util.Optional;

/**
 * The position that the store holds whatever happens, and up to which the log may therefore be purged.
 *
 * <p>{@link #adopt} before the apply thread starts, {@link #pin} on the apply thread only; the rest on any thread.
 */
public final class SnapshotPin {
    private final Store store;

    /** Synced before it is set; never goes back. Empty until the store holds an entry. */
    private volatile Optional<Position> pinned = Optional.empty();

    public SnapshotPin(Store store) {
        this.store = store;
    }

    /**
     * Takes over where the store stands at start, so that Ratis begins behind it. Synced first: after a crash of the process the
     * last transaction may be in the page cache only.
     */
    public Optional<Position> adopt() {
        store.sync();
        return advanceTo(store.meta().applied());
    }

    /**
     * Makes what the store holds survive a power loss, then promises it. The caller has written everything before, markers
     * included. Costs one sync, whatever the size.
     *
     * @return the new position; empty while the store holds no entry
     * @throws IOException the sync failed: the promise stays where it was, and the log is not purged. A later pin may succeed
     * @throws StoreFailure the sync failed twice in a row: the process stops
     */
    public Optional<Position> pin() throws IOException {
        Optional<Position> applied = store.meta().applied();
        try {
            Failpoint.PIN_BEFORE_SYNC.hit();
            store.sync();
            Failpoint.PIN_SYNCED.hit();
        } catch (SyncFailure failure) {
            throw new IOException("the store could not be synced; the pin stays where it was", failure);
        }
        return advanceTo(applied);
    }

    public Optional<Position> pinned() {
        return pinned;
    }

    public Holding holding() {
        StoreMeta meta = store.meta();
        return new Holding(
                meta.applied(),
                meta.revision(),
                meta.lastCommitTs(),
                meta.hlcCeiling(),
                meta.cutover(),
                meta.gcFloor());
    }

    private Optional<Position> advanceTo(Optional<Position> synced) {
        long before = pinned.map(Position::index).orElse(-1L);
        long after = synced.map(Position::index).orElse(-1L);
        Invariants.check(after >= before, "pinned index went back: {} -> {}", before, after);
        pinned = synced;
        return synced;
    }
}
