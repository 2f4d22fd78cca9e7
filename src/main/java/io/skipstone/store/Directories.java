package io.skipstone.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Directories that survive a power loss: a name is durable when the directory that holds it is. */
final class Directories {
    private Directories() {}

    /** Makes the directory, with those above it, and their names durable. */
    static void make(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        if (Files.isDirectory(absolute)) {
            return;
        }
        Path parent = absolute.getParent();
        if (parent != null) {
            make(parent);
        }
        Files.createDirectories(absolute);
        if (parent != null) {
            sync(parent);
        }
    }

    /** Makes the names in this directory durable. */
    static void sync(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
