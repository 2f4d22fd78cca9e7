package io.skipstone.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Puts a doubtful store aside instead of deleting it. */
final class Quarantine {
    private Quarantine() {}

    static Path put(Path directory) {
        Path from = directory.toAbsolutePath();
        try {
            Path to = freeName(from);
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            Directories.sync(to.resolveSibling("."));
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
