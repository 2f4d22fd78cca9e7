package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.store.DirectoryLock;
import io.skipstone.store.DirectoryRefusal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Keeps a node from starting on a data directory while someone looks into it. */
record StoppedDirectory(Optional<DirectoryLock> lock) implements AutoCloseable {
    /**
     * Takes the lock that a running node holds, shared: several may look at once.
     *
     * @throws CliFailure a node runs on the directory
     */
    static StoppedDirectory hold(Path directory) throws IOException {
        try {
            return new StoppedDirectory(DirectoryLock.shared(directory));
        } catch (DirectoryRefusal inUse) {
            throw new CliFailure(
                    CliFailure.REFUSED,
                    directory + " is in use by a running node; stop it, or ask it with 'skipstone status'",
                    inUse);
        }
    }

    @Override
    public void close() throws IOException {
        if (lock.isPresent()) {
            lock.get().close();
        }
    }
}
