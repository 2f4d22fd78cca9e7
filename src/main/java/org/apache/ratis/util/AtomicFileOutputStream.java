package org.apache.ratis.util;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.jspecify.annotations.NullMarked;

/**
 * In the place of Ratis' class of this name, through which Raft's term and vote ({@code raft-meta}) and the members go to the disk: a file
 * is replaced by what was written for it, whole and for good, or it stays as it was (docs/decisions/0020-vote-file.md).
 *
 * <p>Ratis' own class puts an empty file in the old one's place when a write fails, and does not make the new name durable.
 *
 * <p>One thread.
 */
@NullMarked
public final class AtomicFileOutputStream extends OutputStream {
    public static final String TMP_EXTENSION = ".tmp";

    private final Path file;
    private final Path draft;
    private final FileChannel channel;
    private boolean failed;
    private boolean closed;

    /**
     * Begins a draft beside the file.
     *
     * @throws IOException the draft cannot be opened; the file is as it was
     */
    public AtomicFileOutputStream(File file) throws IOException {
        this(file, getTemporaryFile(file));
    }

    /** As {@link #AtomicFileOutputStream(File)}, with a name for the draft, in the same file system. */
    public AtomicFileOutputStream(File file, File draft) throws IOException {
        this.file = file.toPath().toAbsolutePath();
        this.draft = draft.toPath().toAbsolutePath();
        this.channel = FileChannel.open(this.draft, CREATE, TRUNCATE_EXISTING, WRITE);
    }

    /** The draft of that file. */
    public static File getTemporaryFile(File file) {
        return new File(file.getParentFile(), file.getName() + TMP_EXTENSION);
    }

    /** Does nothing, and exists in this class only: whoever calls it knows that it runs, and not Ratis' own. */
    public static void requireThisClass() {}

    @Override
    public void write(int oneByte) throws IOException {
        write(new byte[] {(byte) oneByte});
    }

    /** @throws IOException the disk refuses; whatever follows, the file stays as it was, as after any write that does not return */
    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        boolean isWritten = false;
        try {
            var rest = ByteBuffer.wrap(bytes, from, length);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            isWritten = true;
        } finally {
            failed |= !isWritten;
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /**
     * Puts the draft in the file's place; on return that survives a power loss. After a write that failed it is an {@link #abort}: writers
     * around this stream close it whether they could write or not.
     *
     * @throws IOException the disk refuses; before the draft is in place the file is as it was
     */
    @Override
    public void close() throws IOException {
        if (failed) {
            abort();
        }
        if (closed) {
            return;
        }
        closed = true;
        try (channel) {
            channel.force(true);
        } catch (IOException refused) {
            Files.deleteIfExists(draft);
            throw refused;
        }
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel directory = FileChannel.open(file.resolveSibling("."), READ)) {
            directory.force(true);
        }
    }

    /** Gives the draft up. The file is as it was. */
    public void abort() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (channel) {
            Files.deleteIfExists(draft);
        }
    }
}
