package io.skipstone.store;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;
import io.skipstone.store.Engine.Table;
import io.skipstone.store.Engine.Writing;
import io.skipstone.store.StoreState.Known;
import java.util.Optional;
import java.util.UUID;

/** Gives a stopped store to a new group. */
final class NewGroup {
    /** Raft counts terms from 1: no entry has this one. */
    static final long BEFORE_FIRST_TERM = 0;

    private NewGroup() {}

    static void found(StoreConfig config, UUID groupId) {
        StoreOpener.Opened opened = StoreOpener.open(config, false);
        try (Engine engine = opened.engine()) {
            if (!(opened.state() instanceof Known(StoreMeta meta))
                    || meta.applied().isEmpty()) {
                throw new StoreFailure("the copy does not know its position: " + opened.state());
            }
            long index = meta.applied().get().index();
            write(engine, ofNewGroup(meta, new Position(BEFORE_FIRST_TERM, index), groupId));
            engine.sync();
        }
    }

    private static void write(Engine engine, StoreMeta meta) {
        try (Writing rows = engine.write()) {
            rows.put(Table.META, MetaRecord.ROW_KEY, MetaRecord.encode(meta));
            rows.commit();
        } catch (Engine.MapFull full) {
            throw new StoreFailure("the copy fills its map", full);
        }
    }

    private static StoreMeta ofNewGroup(StoreMeta meta, Position at, UUID groupId) {
        return new StoreMeta(
                Optional.of(at),
                meta.revision(),
                meta.lastCommitTs(),
                meta.hlcCeiling(),
                meta.cutover(),
                meta.gcFloor(),
                Bytes.EMPTY,
                Optional.of(groupId),
                meta.nextChildId(),
                meta.nextBigId());
    }
}
