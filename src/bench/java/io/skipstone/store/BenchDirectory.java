package io.skipstone.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A directory of one benchmark, gone afterwards. */
record BenchDirectory(Path path) implements AutoCloseable {
    static BenchDirectory under(Path parent) throws IOException {
        Files.createDirectories(parent);
        return new BenchDirectory(Files.createTempDirectory(parent, "skipstone-bench"));
    }

    /** How a node configures its store, apart from where it is. */
    StoreConfig storeConfig() {
        return StoreConfig.of(path.resolve("store"), path.resolve("native"));
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
