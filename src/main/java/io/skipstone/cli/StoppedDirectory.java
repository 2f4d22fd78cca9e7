package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Keeps a node from starting on a data directory while someone looks into it. */
record StoppedDirectory(Optional<FileChannel> lockFile) implements AutoCloseable {
    /**
     * Takes the lock that a running node holds, shared: several may look at once.
     *
     * @throws CliFailure a node runs on the directory
     */
    static StoppedDirectory hold(Path directory) throws IOException {
        Path file = directory.resolve("LOCK");
        if (!Files.exists(file)) {
            // Copied without it, or made by a tool: nobody can be running on it.
            return new StoppedDirectory(Optional.empty());
        }
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        if (!tryLock(channel)) {
            channel.close();
            throw new CliFailure(
                    CliFailure.REFUSED,
                    directory + " is in use by a running node; stop it, or ask it with 'skipstone status'");
        }
        return new StoppedDirectory(Optional.of(channel));
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true);
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        if (lockFile.isPresent()) {
            lockFile.get().close();
        }
    }
}
