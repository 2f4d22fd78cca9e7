package io.skipstone.store;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The lock of a data directory: one process that changes it, or several that look. The system lets go of it with the process. */
public final class DirectoryLock implements AutoCloseable {
    static final String FILE = "LOCK";

    private final FileChannel channel;
    private final Optional<Path> made;

    private DirectoryLock(FileChannel channel, Optional<Path> made) {
        this.channel = channel;
        this.made = made;
    }

    /** Takes the lock alone; makes its file when missing. Throws {@link DirectoryRefusal} when another process holds it. */
    static DirectoryLock exclusive(Path root) throws IOException {
        Path file = root.resolve(FILE);
        DirectoryLock lock = openOrMake(file);
        if (!lock.tryLock(false)) {
            lock.close();
            throw inUse(root);
        }
        return lock;
    }

    /**
     * Takes the lock together with others who look; empty when there is no file to lock: copied without it, or made by a tool, nobody
     * can be running on it.
     *
     * @throws DirectoryRefusal a node runs on the directory
     */
    public static Optional<DirectoryLock> shared(Path root) throws IOException {
        FileChannel channel;
        try {
            channel = FileChannel.open(root.resolve(FILE), StandardOpenOption.READ);
        } catch (NoSuchFileException nobody) {
            return Optional.empty();
        }
        var lock = new DirectoryLock(channel, Optional.empty());
        if (!lock.tryLock(true)) {
            lock.close();
            throw inUse(root);
        }
        return Optional.of(lock);
    }

    private static DirectoryLock openOrMake(Path file) throws IOException {
        try {
            var channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new DirectoryLock(channel, Optional.of(file));
        } catch (FileAlreadyExistsException there) {
            var channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
            return new DirectoryLock(channel, Optional.empty());
        }
    }

    private boolean tryLock(boolean shared) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, shared);
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static DirectoryRefusal inUse(Path root) {
        return new DirectoryRefusal(
                ExitCode.IN_USE,
                "data directory " + root
                        + " is in use by another process; stop it, or give this node its own skipstone.data-dir");
    }

    /** Gives the lock back and leaves no file that was not there before. */
    void undo() throws IOException {
        if (made.isPresent()) {
            Files.deleteIfExists(made.get());
        }
        close();
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
