package io.skipstone.store;

import io.skipstone.model.Failpoint;
import io.skipstone.model.SkipstoneException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Copies a running store.
 *
 * @param keepFreeBytes what the disk must have left beside the copy
 */
record StoreCopy(Engine engine, long keepFreeBytes) {
    void into(Path emptyDirectory) throws IOException {
        checkRoom(emptyDirectory);
        try {
            engine.copy(emptyDirectory);
        } catch (StoreFailure failure) {
            checkRoom(emptyDirectory);
            throw new IOException("the store could not be copied", failure);
        }
        Failpoint.ARTIFACT_COPIED.hit();
        // LMDB does not sync what it copies.
        Directories.syncWithFiles(emptyDirectory);
        Failpoint.ARTIFACT_SYNCED.hit();
    }

    private void checkRoom(Path directory) throws IOException {
        StoreStats stats = engine.stats();
        long copyBytes = stats.usedBytes() - stats.freeBytes();
        long diskBytes = Files.getFileStore(directory).getUsableSpace();
        if (diskBytes - keepFreeBytes < copyBytes) {
            throw new SkipstoneException.OutOfSpace(
                    "a copy of the store takes " + copyBytes + " bytes, and the disk has " + diskBytes + " of which "
                            + keepFreeBytes + " must stay free; make room, or ask another node");
        }
    }
}
