package io.skipstone.snapshot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much room the file system of a path has left for this process. */
@FunctionalInterface
interface DiskSpace {
    /** As the file system says it. */
    DiskSpace OF_FILE_SYSTEM = path -> Files.getFileStore(path).getUsableSpace();

    /**
     * Bytes left for this process.
     *
     * @param path exists
     */
    long usableBytes(Path path) throws IOException;

    /** What is left when this much stays free for others. */
    default DiskSpace keeping(long bytes) {
        return path -> usableBytes(path) - bytes;
    }
}
