package io.skipstone.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Directories that survive a power loss: a name is durable when the directory that holds it is. */
public final class Directories {
    /** A page. */
    private static final int WRITE_TEST_BYTES = 4096;

    private Directories() {}

    /** Makes the directory, with those above it, and their names durable. */
    public static void make(Path directory) throws IOException {
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
    public static void sync(Path directory) throws IOException {
        force(directory, StandardOpenOption.READ);
    }

    /** Makes the files in this directory durable, and then their names. */
    public static void syncWithFiles(Path directory) throws IOException {
        for (Path file : entries(directory)) {
            force(file, StandardOpenOption.WRITE);
        }
        sync(directory);
    }

    /** Finds out whether the disk takes what is written there: leaves nothing behind. */
    public static void tryToWrite(Path directory) throws IOException {
        Path file = directory.resolve("write-test");
        Files.write(file, new byte[WRITE_TEST_BYTES]);
        force(file, StandardOpenOption.WRITE);
        Files.delete(file);
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    /** What is in the directory, sorted by name. */
    public static List<Path> entries(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** Deletes the directory and the files in it. */
    public static void delete(Path directory) throws IOException {
        for (Path file : entries(directory)) {
            Files.delete(file);
        }
        Files.delete(directory);
    }
}
