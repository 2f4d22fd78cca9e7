package io.skipstone.snapshot;

import io.skipstone.model.Failpoint;
import io.skipstone.snapshot.ArtifactException.Kind;
import io.skipstone.store.Generations;
import io.skipstone.store.Generations.Draft;
import io.skipstone.store.Generations.Generation;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.StoreFailure;
import io.skipstone.store.StoreState.Known;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Takes an artifact in, chunk by chunk, into a draft beside the store in use, and makes it a generation once everything about it
 * is verified and synced. The generation in use is never touched.
 *
 * <p>One thread at a time. Every method fails with {@link ArtifactException}; a chunk that is refused may be sent again.
 */
public final class ArtifactStage implements AutoCloseable {
    private final Generations generations;
    private final Manifest manifest;
    private final Optional<UUID> newGroup;
    private final StagedData staged;
    private boolean ended;

    private ArtifactStage(Generations generations, Manifest manifest, Optional<UUID> newGroup, StagedData staged) {
        this.generations = generations;
        this.manifest = manifest;
        this.newGroup = newGroup;
        this.staged = staged;
    }

    /**
     * Begins, or goes on where a stage of the same manifest was cut off: {@link #nextChunk} says where. Drafts of other manifests
     * are deleted. Refused: another group, a format of the store that is not read here, no room.
     *
     * @param group the group that the artifact must be of
     */
    public static ArtifactStage begin(Generations generations, Manifest manifest, UUID group) {
        return begin(generations, manifest, group, DiskSpace.OF_FILE_SYSTEM);
    }

    /**
     * As {@link #begin(Generations, Manifest, UUID)}, beside a store that is written to.
     *
     * @param keepFreeBytes what the disk must have left for the writes
     */
    public static ArtifactStage begin(Generations generations, Manifest manifest, UUID group, long keepFreeBytes) {
        return begin(generations, manifest, group, DiskSpace.OF_FILE_SYSTEM.keeping(keepFreeBytes));
    }

    static ArtifactStage begin(Generations generations, Manifest manifest, UUID group, DiskSpace disk) {
        UUID made = manifest.contents().groupId();
        if (!made.equals(group)) {
            throw new ArtifactException(
                    Kind.WRONG_GROUP,
                    "the artifact is of group " + made + ", this node is of group " + group
                            + "; take one of this group, or restore it into a new data directory");
        }
        return begin(generations, manifest, Optional.empty(), disk);
    }

    /** As {@link #begin}, from an artifact of any group; the copy founds a new group before it is published. */
    public static ArtifactStage beginNewGroup(Generations generations, Manifest manifest, UUID newGroup) {
        return beginNewGroup(generations, manifest, newGroup, DiskSpace.OF_FILE_SYSTEM);
    }

    static ArtifactStage beginNewGroup(Generations generations, Manifest manifest, UUID newGroup, DiskSpace disk) {
        return begin(generations, manifest, Optional.of(newGroup), disk);
    }

    private static ArtifactStage begin(
            Generations generations, Manifest manifest, Optional<UUID> newGroup, DiskSpace disk) {
        checkFormat(manifest.data().storeFormat());
        StagedData staged = onDisk(() -> StagedData.resumeOrBegin(generations, manifest, disk));
        return new ArtifactStage(generations, manifest, newGroup, staged);
    }

    private static void checkFormat(int format) {
        if (format < LmdbStore.OLDEST_FORMAT_VERSION || format > LmdbStore.FORMAT_VERSION) {
            boolean newer = format > LmdbStore.FORMAT_VERSION;
            throw new ArtifactException(
                    newer ? Kind.NEWER_FORMAT : Kind.OLDER_FORMAT,
                    "the artifact holds a store of format " + format + ", this version reads formats "
                            + LmdbStore.OLDEST_FORMAT_VERSION + " to " + LmdbStore.FORMAT_VERSION
                            + "; use the version that made it"
                            + (newer ? ", or a newer one" : ", or make a new one"));
        }
    }

    /** The chunk that comes next, from 0; the number of chunks when all are there. */
    public int nextChunk() {
        return staged.nextChunk();
    }

    /** Verifies a chunk, then writes it. The chunk that is due, or one that is there already, which changes nothing. */
    public void accept(int number, ByteBuffer bytes) {
        if (number > nextChunk() || number < 0 || number >= manifest.data().chunkCount()) {
            throw new ArtifactException(
                    Kind.DAMAGED, "chunk " + number + " came where " + nextChunk() + " was due; begin again there");
        }
        if (!Chunks.matches(manifest.data(), number, bytes)) {
            throw new ArtifactException(
                    Kind.DAMAGED, "chunk " + number + " arrived damaged; fetch it again", number, null);
        }
        if (number == nextChunk()) {
            staged.append(bytes);
            Failpoint.INSTALL_CHUNK_WRITTEN.hit();
        }
    }

    /** Takes all chunks that are still missing from an artifact of the same manifest. */
    public void copyFrom(Artifact artifact, CopyProgress progress) {
        Manifest.Data layout = manifest.data();
        ByteBuffer chunk = ByteBuffer.allocateDirect(layout.chunkBytes());
        for (int number = nextChunk(); number < layout.chunkCount(); number++) {
            artifact.readChunk(number, chunk.clear().limit(layout.chunkLength(number)));
            accept(number, chunk);
            progress.at(layout.offsetOf(number) + layout.chunkLength(number), layout.lengthBytes());
        }
    }

    /** The manifest that it began with. */
    public Manifest manifest() {
        return manifest;
    }

    public boolean isComplete() {
        return nextChunk() == manifest.data().chunkCount();
    }

    /**
     * As {@link #finish}, for a store that came from another member of the group. Beside it stays where it stood: the log of this node,
     * which ended no later, makes way after this.
     */
    Generation finishInstall() {
        return finish(
                draft -> generations.markInstalled(draft, manifest.contents().applied()));
    }

    /**
     * Checks that all is there, syncs it, opens it read-only and compares what the copy says of itself with the manifest, and
     * publishes it. Afterwards the next {@link Generations#open} finds it, also after a power loss.
     */
    public Generation finish() {
        return finish(_ -> {});
    }

    private Generation finish(Consumer<Draft> mark) {
        int missing = manifest.data().chunkCount() - nextChunk();
        if (missing > 0) {
            throw new ArtifactException(
                    Kind.TRUNCATED, "the last " + missing + " chunks are missing; fetch them from " + nextChunk());
        }
        staged.sync();
        staged.close();
        return onDisk(() -> {
            StoreConfig config = generations.configOf(staged.draft().directory());
            checkCopy(config);
            Failpoint.INSTALL_VERIFIED.hit();
            newGroup.ifPresent(group -> {
                LmdbStore.foundGroup(config, group);
                Failpoint.INSTALL_GROUP_FOUNDED.hit();
            });
            staged.forgetManifest();
            mark.accept(staged.draft());
            Generation published = generations.publish(staged.draft());
            ended = true;
            return published;
        });
    }

    /** Every byte is as it was made; so a contradiction was made, and another try would not help. */
    private void checkCopy(StoreConfig config) {
        var state = LmdbStore.inspect(config).state();
        Optional<Manifest.Contents> found =
                state instanceof Known(var meta) ? Manifest.Contents.of(meta) : Optional.empty();
        if (!found.equals(Optional.of(manifest.contents()))) {
            discard();
            throw new ArtifactException(
                    Kind.DAMAGED,
                    "the copy in the artifact contradicts its manifest ("
                            + state.getClass().getSimpleName() + "); make or fetch another one");
        }
    }

    /** Gives up: deletes the draft. */
    public void discard() {
        close();
        if (!ended) {
            ended = true;
            var _ = onDisk(() -> {
                generations.discard(staged.draft());
                return true;
            });
        }
    }

    /** Closes the file; unless finished or discarded, the draft stays for a later {@link #begin}. */
    @Override
    public void close() {
        staged.close();
    }

    private interface Work<T> {
        T run();
    }

    private static <T> T onDisk(Work<T> work) {
        try {
            return work.run();
        } catch (StoreFailure failure) {
            throw new ArtifactException(
                    Kind.UNREADABLE, "the disk failed (" + failure.getMessage() + "); look at it", failure);
        }
    }
}
