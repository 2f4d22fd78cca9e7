package io.skipstone.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The two pages at the start of LMDB's file, one of which names the newest tree.
 *
 * <p>With the meta page deferred they are the only pages that a commit leaves for the next sync. When writing one back fails, Linux
 * tells so once and takes the page for written from then on (fsync(2)): a later sync has nothing to do and succeeds. So before each
 * forced sync they are put into the page cache again, byte for byte, and are dirty whatever happened to them before, also in an earlier
 * process. No transaction is needed, which would reuse pages of the tree that may be the last one on the disk.
 */
record MetaPages(Path directory, int pageBytes) {
    private static final int PAGES = 2;

    /** While nobody writes to the environment. Readers see the same bytes throughout. */
    void writeAgain() throws IOException {
        ByteBuffer pages = ByteBuffer.allocate(PAGES * pageBytes);
        try (FileChannel file =
                FileChannel.open(directory.resolve("data.mdb"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            while (pages.hasRemaining()) {
                if (file.read(pages, pages.position()) < 0) {
                    throw new EOFException("data.mdb ends within its meta pages");
                }
            }
            pages.flip();
            while (pages.hasRemaining()) {
                file.write(pages, pages.position());
            }
        }
    }
}
