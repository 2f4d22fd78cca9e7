package io.skipstone.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.lmdbjava.Env;

/**
 * Checks that the file is as long as LMDB believes. LMDB reads through memory, and reading behind the end of a cut file kills the
 * process (SIGBUS), which would make a damaged store look like a crash without a reason.
 */
record FileLength(Path directory) {
    /**
     * LMDB does not write pages that a transaction took and gave back, so the file may lack a few free pages at its end. They are
     * filled up. More than these are lost.
     */
    static final int UNWRITTEN_PAGES = 64;

    void check(Env<byte[]> env) throws IOException {
        Path file = directory.resolve("data.mdb");
        long have = Files.size(file);
        int pageBytes = env.stat().pageSize;
        long believed = (env.info().lastPageNumber + 1) * pageBytes;
        if (have >= believed) {
            return;
        }
        if (believed - have > (long) UNWRITTEN_PAGES * pageBytes) {
            throw new CutFile("data.mdb has " + have + " bytes of " + believed);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.allocate(1), believed - 1);
        }
    }

    /** The file is shorter than LMDB believes. */
    static final class CutFile extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CutFile(String message) {
            super(message);
        }
    }
}
