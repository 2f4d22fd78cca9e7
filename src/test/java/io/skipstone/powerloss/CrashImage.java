package io.skipstone.powerloss;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** What a disk holds after a power loss. */
record CrashImage(Survivors.Kind kind, Set<String> directories, Map<String, byte[]> files) {
    /** Makes the directory hold this and nothing else. */
    void writeTo(Path root) throws IOException {
        clear(root);
        Files.createDirectories(root);
        for (String directory : directories) {
            Files.createDirectories(root.resolve(directory));
        }
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = root.resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
        }
    }

    static void clear(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> found = Files.walk(root)) {
            List<Path> deepestFirst = found.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }
}
