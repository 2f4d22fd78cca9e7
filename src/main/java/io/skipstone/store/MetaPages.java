package io.skipstone.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The two pages at the start of LMDB's file, which name the newest tree and the one before, in turns.
 *
 * <p>With the meta page deferred the newest is the only page that a commit leaves for the next sync. When writing it back fails, Linux
 * tells so once and takes the page for written from then on (fsync(2)): a later sync has nothing to do and succeeds. So before each
 * forced sync it is put into the page cache again, byte for byte, and is dirty whatever happened to it before, also in an earlier
 * process. No transaction is needed, which would reuse pages of the tree that may be the last one on the disk. The other page was
 * forced by the newest commit, and is left alone: it is what remains if the power fails while the disk writes this one.
 */
record MetaPages(Path directory, int pageBytes) {
    /**
     * Writes the newest again, while nobody writes to the environment. Readers see the same bytes throughout.
     *
     * @param transactionId of the newest commit: LMDB writes even ones to the first page, odd ones to the second (mdb_env_write_meta)
     */
    void writeNewestAgain(long transactionId) throws IOException {
        long offset = (transactionId & 1) * pageBytes;
        ByteBuffer page = ByteBuffer.allocate(pageBytes);
        try (FileChannel file =
                FileChannel.open(directory.resolve("data.mdb"), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            while (page.hasRemaining()) {
                if (file.read(page, offset + page.position()) < 0) {
                    throw new EOFException("data.mdb ends within its meta pages");
                }
            }
            page.flip();
            while (page.hasRemaining()) {
                file.write(page, offset + page.position());
            }
        }
    }
}
