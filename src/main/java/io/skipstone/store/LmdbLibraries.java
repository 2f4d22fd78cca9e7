package io.skipstone.store;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.stream.Stream;
import org.lmdbjava.Meta;

/** LMDB and the bridge to it, loaded before any store is looked at: what keeps them from loading says nothing about a store. */
public final class LmdbLibraries {
    private static final String PROBE = "may-be-executed";

    private LmdbLibraries() {}

    /**
     * Unpacks and loads them; the first directory of the process stays in force.
     *
     * @throws DirectoryRefusal with one line that says what to do
     */
    public static void load(Path directory) {
        try {
            NativeLibraries.unpackInto(directory);
            Meta.version();
        } catch (IOException failure) {
            throw DirectoryRefusal.of(directory, failure);
        } catch (LinkageError failure) {
            throw mayBeExecuted(directory) ? foreign(failure) : noexec(directory, failure);
        }
    }

    /** The system says so of a file that its owner may execute; the libraries' own words do not always tell. */
    private static boolean mayBeExecuted(Path directory) {
        if (!Files.isDirectory(directory)) {
            // They were loaded from elsewhere.
            return true;
        }
        Path probe = directory.resolve(PROBE);
        try {
            Files.deleteIfExists(probe);
            Files.createFile(probe, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            try {
                return Files.isExecutable(probe);
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException failure) {
            throw DirectoryRefusal.of(directory, failure);
        }
    }

    private static DirectoryRefusal noexec(Path directory, LinkageError failure) {
        return new DirectoryRefusal(
                ExitCode.NOT_PERMITTED,
                "the native libraries in " + directory
                        + " may not be executed: mount the file system without noexec, or use another data directory",
                failure);
    }

    private static DirectoryRefusal foreign(LinkageError failure) {
        String reason = causes(failure).reduce((_, last) -> last).orElse("no reason is given");
        return new DirectoryRefusal(
                ExitCode.FAILED,
                "LMDB's native library cannot be loaded on this machine ("
                        + System.getProperty("os.name").toLowerCase(Locale.ROOT) + ", " + System.getProperty("os.arch")
                        + "): " + reason.lines().findFirst().orElse(reason),
                failure);
    }

    private static Stream<String> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .map(cause -> String.valueOf(cause.getMessage()))
                .filter(words -> !words.equals("null"));
    }
}
