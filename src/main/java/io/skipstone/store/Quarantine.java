package io.skipstone.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Puts a doubtful store aside instead of deleting it. */
final class Quarantine {
    private Quarantine() {}

    static Path put(Path directory) {
        Path from = directory.toAbsolutePath();
        try {
            Path to = freeName(from);
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel parent = FileChannel.open(to.resolveSibling("."), StandardOpenOption.READ)) {
                // A rename is durable when the directory that holds the name is.
                parent.force(true);
            }
            return to;
        } catch (IOException e) {
            throw new StoreFailure("the store's directory cannot be put aside", e);
        }
    }

    private static Path freeName(Path directory) {
        for (int n = 1; ; n++) {
            Path candidate = directory.resolveSibling(directory.getFileName() + ".quarantined-" + n);
            if (!Files.exists(candidate)) {
                return candidate;
            }
        }
    }
}
