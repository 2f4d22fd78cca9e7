package io.skipstone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A directory of this command alone, gone afterwards. */
public record ScratchDirectory(Path path) implements AutoCloseable {
    public ScratchDirectory(String prefix) throws IOException {
        this(Files.createTempDirectory(prefix));
    }

    @Override
    public void close() throws IOException {
        List<Path> insideOut;
        try (var files = Files.walk(path)) {
            insideOut = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : insideOut) {
            Files.deleteIfExists(file);
        }
    }
}
