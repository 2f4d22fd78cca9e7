package io.skipstone.store;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where the binding unpacks its native libraries: a directory of ours, so that killed processes leave nothing in the temp one. */
final class NativeLibraries {
    /** Both bindings delete their file at exit, but not when the process is killed. Their names start like this. */
    private static final String LEFTOVERS = "{lmdbjava-native-library-,jffi}*";

    private NativeLibraries() {}

    /** Call before the first class of the binding loads. The first directory of the process stays in force. */
    static void unpackInto(Path directory) throws IOException {
        if (System.getProperty("lmdbjava.extract.dir") != null) {
            return;
        }
        Files.createDirectories(directory);
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, LEFTOVERS)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
        String path = directory.toAbsolutePath().toString();
        System.setProperty("lmdbjava.extract.dir", path);
        if (System.getProperty("jffi.extract.dir") == null) {
            System.setProperty("jffi.extract.dir", path);
        }
    }
}
