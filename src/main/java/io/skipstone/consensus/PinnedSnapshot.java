package io.skipstone.consensus;

import io.skipstone.model.Failpoint;
import io.skipstone.model.Position;
import io.skipstone.snapshot.SnapshotPin;
import java.util.List;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.server.storage.RaftStorage;
import org.apache.ratis.statemachine.SnapshotInfo;
import org.apache.ratis.statemachine.SnapshotRetentionPolicy;
import org.apache.ratis.statemachine.StateMachineStorage;
import org.apache.ratis.statemachine.impl.FileListSnapshotInfo;
import org.jspecify.annotations.Nullable;

/**
 * The pinned position, as Ratis asks for it: the latest snapshot, without files. Ratis starts behind it.
 *
 * <p>Asked for on every append, so it never touches the store.
 */
final class PinnedSnapshot implements StateMachineStorage {
    private final SnapshotPin pin;

    PinnedSnapshot(SnapshotPin pin) {
        this.pin = pin;
    }

    @Override
    public @Nullable SnapshotInfo getLatestSnapshot() {
        return pin.pinned().map(PinnedSnapshot::at).orElse(null);
    }

    private static SnapshotInfo at(Position pinned) {
        return new FileListSnapshotInfo(List.of(), TermIndex.valueOf(pinned.term(), pinned.index()));
    }

    /** The store lies outside of Ratis' directory and is opened before. */
    @Override
    public void init(RaftStorage storage) {}

    /** Formatting the log is no reason to touch the store. */
    @Override
    public void format() {}

    /** There are no files to clean up. Ratis calls this after a pin and before it purges the log. */
    @Override
    public void cleanupOldSnapshots(SnapshotRetentionPolicy policy) {
        Failpoint.PIN_BEFORE_PURGE.hit();
    }
}
