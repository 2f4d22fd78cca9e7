package io.skipstone.snapshot;

import io.skipstone.clock.WallClock;
import io.skipstone.model.Bytes;
import io.skipstone.model.Failpoint;
import io.skipstone.model.SkipstoneException;
import io.skipstone.snapshot.ArtifactException.Kind;
import io.skipstone.snapshot.ArtifactMaker.Making;
import io.skipstone.store.CopyableStore;
import io.skipstone.store.Directories;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.StoreInspection;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreStats;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Function;

/** One copy of the running store, from the request to the directory with its manifest. */
final class ArtifactCopy {
    /** The copy is written, then read. */
    private static final int PASSES = 2;

    private final CopyableStore store;
    private final ArtifactMaker.Settings settings;
    private final WallClock wall;
    private final MadeDirectory draft;
    private final long expectedBytes;
    private volatile long checkedBytes;

    private ArtifactCopy(
            CopyableStore store,
            ArtifactMaker.Settings settings,
            WallClock wall,
            MadeDirectory draft,
            long expectedBytes) {
        this.store = store;
        this.settings = settings;
        this.wall = wall;
        this.draft = draft;
        this.expectedBytes = expectedBytes;
    }

    static ArtifactCopy begin(CopyableStore store, ArtifactMaker.Settings settings, WallClock wall, int number) {
        if (Manifest.Contents.of(store.meta()).isEmpty()) {
            throw new SkipstoneException.NotReady(
                    "the store of this node never took an entry, so there is nothing to copy; write something or pin first");
        }
        try {
            StoreStats stats = store.stats();
            return new ArtifactCopy(
                    store,
                    settings,
                    wall,
                    MadeDirectory.draft(settings.directory(), number),
                    stats.usedBytes() - stats.freeBytes());
        } catch (IOException | StoreFailure failure) {
            throw failed(failure);
        }
    }

    /**
     * Makes it, and gives it to whoever keeps it. Leaves nothing behind when it fails.
     *
     * @return what the keeper makes of it
     */
    <T> T make(Function<MadeDirectory, T> keeper) {
        boolean kept = false;
        try {
            long indexBefore = store.meta().applied().orElseThrow().index();
            store.copyInto(draft.path(), settings.keepFreeBytes());
            Files.write(draft.manifest(), ArtifactFrame.encode(describe(indexBefore)));
            Directories.syncWithFiles(draft.path());
            Failpoint.ARTIFACT_MANIFEST_WRITTEN.hit();
            draft.publish();
            Failpoint.ARTIFACT_PUBLISHED.hit();
            T result = keeper.apply(draft.published());
            kept = true;
            return result;
        } catch (IOException | StoreFailure failure) {
            throw failed(failure);
        } finally {
            if (!kept) {
                discard();
            }
        }
    }

    /** How far it has come; any thread. */
    Making making() {
        long doneBytes = bytesOf(draft.data()) + checkedBytes;
        return new Making(doneBytes, Math.max(doneBytes, PASSES * expectedBytes));
    }

    private static long bytesOf(Path file) {
        // Says 0 of a file that is not there yet, or not under this name any more.
        return file.toFile().length();
    }

    /** From the synced copy itself, opened read-only. */
    private Manifest describe(long indexBefore) throws IOException {
        StoreInspection found = LmdbStore.inspect(store.config().at(draft.path()));
        if (!(found.state() instanceof Known(var meta))) {
            throw new IOException("the copy does not open: " + found.state());
        }
        Manifest.Contents contents = Manifest.Contents.of(meta)
                .filter(copied -> copied.applied().index() >= indexBefore)
                .orElseThrow(() -> new IOException(
                        "the copy stands at " + meta.applied() + ", the store stood at " + indexBefore));
        try (FileChannel file = FileChannel.open(draft.data(), StandardOpenOption.READ)) {
            long lengthBytes = file.size();
            Bytes checksums = Chunks.checksums(
                    file, lengthBytes, Chunks.STANDARD_BYTES, (doneBytes, _) -> checkedBytes = doneBytes);
            var data = new Manifest.Data(
                    LmdbStore.FORMAT_VERSION, found.pageBytes(), lengthBytes, Chunks.STANDARD_BYTES, checksums);
            var origin = new Manifest.Origin(settings.nodeId(), settings.version(), wall.millis());
            return new Manifest(contents, data, origin);
        }
    }

    private void discard() {
        try {
            draft.delete();
            draft.published().delete();
        } catch (IOException failure) {
            throw failed(failure);
        }
    }

    private static ArtifactException failed(Exception failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return new ArtifactException(
                Kind.UNREADABLE,
                "no artifact could be made (" + failure.getMessage() + ": " + cause.getMessage()
                        + "); look at the disk of this node, or ask another one",
                failure);
    }
}
