package io.skipstone.store;

import io.skipstone.model.SkipstoneException;
import java.io.IOException;
import java.nio.file.Path;

/** A store on disk, of which whole copies can be made while it is in use. */
public interface CopyableStore extends Store {
    /** How it was opened; {@link StoreConfig#at} leads to a copy of it. */
    StoreConfig config();

    /**
     * Copies the store as the last commit left it, compacted, into {@code data.mdb} of an empty directory; synced on return, file and
     * name. Any thread, beside readers and writers: the copy keeps old pages from being reused while it runs, and a map that has to
     * grow waits for its end. Copies run one after the other.
     *
     * @param keepFreeBytes what the disk must have left beside the copy
     * @throws SkipstoneException.OutOfSpace the disk has no room for it; nothing was written
     * @throws IOException the copy failed; the store goes on as before
     */
    void copyInto(Path emptyDirectory, long keepFreeBytes) throws IOException;
}
