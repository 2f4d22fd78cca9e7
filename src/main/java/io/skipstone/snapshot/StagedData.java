package io.skipstone.snapshot;

import io.skipstone.model.Failpoint;
import io.skipstone.snapshot.ArtifactException.Kind;
import io.skipstone.store.Directories;
import io.skipstone.store.Generations;
import io.skipstone.store.Generations.Draft;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;

/** The data of a staged artifact as far as it has come, in a draft, with its manifest in a file beside it. */
final class StagedData implements AutoCloseable {
    /** Unsynced chunks: what one sync writes, and what a power loss makes come again. */
    static final int SYNC_EVERY_CHUNKS = 64;

    /** What the disk must have left beside the data: for LMDB's lock file, the manifest and the new group's record. */
    static final long KEEP_FREE_BYTES = 16 << 20;

    private static final String MANIFEST = "manifest";
    private static final String DATA = "data.mdb";

    private final Draft draft;
    private final Manifest.Data layout;
    private final FileChannel file;
    private int nextChunk;
    private boolean lost;

    private StagedData(Draft draft, Manifest.Data layout, FileChannel file, int nextChunk) {
        this.draft = draft;
        this.layout = layout;
        this.file = file;
        this.nextChunk = nextChunk;
    }

    /** Goes on with the draft of this manifest, or begins one; deletes all others. */
    static StagedData resumeOrBegin(Generations generations, Manifest manifest, DiskSpace disk) {
        byte[] frame = ArtifactFrame.encode(manifest);
        Optional<Draft> resumed = Optional.empty();
        for (Draft draft : generations.drafts()) {
            if (resumed.isEmpty() && holds(draft, frame)) {
                resumed = Optional.of(draft);
            } else {
                generations.discard(draft);
            }
        }
        Draft draft = resumed.orElseGet(generations::draft);
        try {
            return resumed.isPresent()
                    ? resume(draft, manifest.data(), disk)
                    : begin(draft, frame, manifest.data(), disk);
        } catch (ArtifactException refused) {
            generations.discard(draft);
            throw refused;
        }
    }

    private static boolean holds(Draft draft, byte[] frame) {
        Path manifest = draft.directory().resolve(MANIFEST);
        return ArtifactIo.reading(manifest, () -> {
            try {
                return Arrays.equals(frame, Files.readAllBytes(manifest));
            } catch (NoSuchFileException cutOffBefore) {
                return false;
            }
        });
    }

    private static StagedData begin(Draft draft, byte[] frame, Manifest.Data layout, DiskSpace disk) {
        Path directory = draft.directory();
        return ArtifactIo.writing(directory, () -> {
            checkRoom(directory, layout, 0, disk);
            Files.write(directory.resolve(MANIFEST), frame);
            FileChannel file = FileChannel.open(
                    directory.resolve(DATA),
                    StandardOpenOption.CREATE_NEW,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return orClosed(file, () -> {
                Directories.syncWithFiles(directory);
                Failpoint.INSTALL_BEGUN.hit();
                return new StagedData(draft, layout, file, 0);
            });
        });
    }

    /** Counts the chunks that are there and right: after a crash nothing else is certain of them. */
    private static StagedData resume(Draft draft, Manifest.Data layout, DiskSpace disk) {
        Path path = draft.directory().resolve(DATA);
        return ArtifactIo.writing(path, () -> {
            FileChannel file = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return orClosed(file, () -> {
                int chunks = rightChunks(file, layout);
                long haveBytes = chunks == layout.chunkCount() ? layout.lengthBytes() : layout.offsetOf(chunks);
                file.truncate(haveBytes);
                file.force(true);
                checkRoom(draft.directory(), layout, haveBytes, disk);
                return new StagedData(draft, layout, file, chunks);
            });
        });
    }

    /** A draft that is given up takes no room once its name is gone and nobody holds it open. */
    private static StagedData orClosed(FileChannel file, Opening opening) throws IOException {
        boolean opened = false;
        try {
            StagedData staged = opening.open();
            opened = true;
            return staged;
        } finally {
            if (!opened) {
                file.close();
            }
        }
    }

    /** What may fail behind the open file. */
    private interface Opening {
        StagedData open() throws IOException;
    }

    private static int rightChunks(FileChannel file, Manifest.Data layout) throws IOException {
        ByteBuffer chunk = ByteBuffer.allocateDirect(layout.chunkBytes());
        for (int number = 0; number < layout.chunkCount(); number++) {
            chunk.clear().limit(layout.chunkLength(number));
            ArtifactFrame.readFully(file, chunk, layout.offsetOf(number));
            if (!Chunks.matches(layout, number, chunk.flip())) {
                return number;
            }
        }
        return layout.chunkCount();
    }

    private static void checkRoom(Path directory, Manifest.Data layout, long haveBytes, DiskSpace disk)
            throws IOException {
        long missingBytes = layout.lengthBytes() - haveBytes;
        long diskBytes = disk.usableBytes(directory);
        if (diskBytes - KEEP_FREE_BYTES < missingBytes) {
            throw new ArtifactException(
                    Kind.NO_SPACE,
                    "the artifact takes " + missingBytes + " more bytes and " + KEEP_FREE_BYTES
                            + " besides, and the disk of " + directory + " has " + diskBytes
                            + " that are not promised to writes; make room");
        }
    }

    Draft draft() {
        return draft;
    }

    int nextChunk() {
        return nextChunk;
    }

    /** Writes the next chunk, which the caller has verified. */
    void append(ByteBuffer chunk) {
        Path path = draft.directory().resolve(DATA);
        var _ = ArtifactIo.writing(path, () -> {
            write(chunk.duplicate(), layout.offsetOf(nextChunk));
            return path;
        });
        nextChunk++;
        if (nextChunk % SYNC_EVERY_CHUNKS == 0) {
            sync();
        }
    }

    private void write(ByteBuffer chunk, long from) throws IOException {
        long at = from;
        while (chunk.hasRemaining()) {
            at += file.write(chunk, at);
        }
    }

    /**
     * Makes what is there durable. If the disk refuses, a second try would say yes without having written anything (fsync(2)): the
     * draft is given up, and {@link #resumeOrBegin} does not go on with it.
     */
    void sync() {
        if (lost) {
            throw new ArtifactException(Kind.UNREADABLE, "a sync of the draft failed before; begin the install again");
        }
        boolean synced = false;
        try {
            force();
            synced = true;
        } finally {
            if (!synced) {
                lost = true;
                forgetManifest();
            }
        }
    }

    private void force() {
        var _ = ArtifactIo.writing(draft.directory(), () -> {
            Failpoint.INSTALL_BEFORE_SYNC.hit();
            file.force(true);
            return draft;
        });
    }

    /** A generation holds a store and nothing else. */
    void forgetManifest() {
        var _ = ArtifactIo.writing(draft.directory(), () -> {
            Files.deleteIfExists(draft.directory().resolve(MANIFEST));
            return draft;
        });
    }

    @Override
    public void close() {
        var _ = ArtifactIo.writing(draft.directory(), () -> {
            file.close();
            return draft;
        });
    }
}
