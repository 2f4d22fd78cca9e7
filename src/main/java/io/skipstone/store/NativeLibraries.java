package io.skipstone.store;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Optional;

/**
 * Where LMDB and the bridge to it (jffi) are loaded from: a directory of ours, never one that everybody may write to.
 *
 * <p>They are unpacked once. A later start compares what lies there with what this program brought along, byte for byte, and writes
 * it anew where it differs: after an upgrade, and after whatever else changed it.
 */
final class NativeLibraries {
    private static final String LMDB_FILE = "lmdbjava.native.lib";
    private static final String LMDB_DIRECTORY = "lmdbjava.extract.dir";
    private static final String JFFI_DIRECTORY = "jffi.extract.dir";
    private static final String JFFI_FILE = "jffi.extract.name";

    /** jnr makes classes at run time unless it is told not to, and a native image cannot. */
    private static final String MAKES_CLASSES = "jnr.ffi.asm.enabled";

    /** Set by GraalVM in a native image only. */
    private static final String IMAGE = "org.graalvm.nativeimage.imagecode";

    private static final String LMDB = "liblmdb.so";
    private static final String JFFI = "libjffi.so";

    /** What the libraries' own unpacking leaves behind when the process is killed. */
    private static final String LEFTOVERS = "{lmdbjava-native-library-,jffi}*";

    private NativeLibraries() {}

    /** Call before the first class of the binding loads. The first directory of the process stays in force. */
    static synchronized void unpackInto(Path directory) throws IOException {
        if (System.getProperty(LMDB_FILE) != null || System.getProperty(LMDB_DIRECTORY) != null) {
            // By whoever started the process, or by us in another class loader of it.
            System.clearProperty(JFFI_FILE);
            return;
        }
        makeOurs(directory);
        deleteLeftovers(directory);
        if (System.getProperty(IMAGE) != null) {
            System.setProperty(MAKES_CLASSES, "false");
        }
        Optional<String> arch = archOnLinux();
        if (arch.isPresent()) {
            Path lmdb = unpack("/org/lmdbjava/native/" + arch.get() + "-linux-gnu.so", directory.resolve(LMDB));
            System.setProperty(LMDB_FILE, lmdb.toAbsolutePath().toString());
            unpack("/jni/" + arch.get() + "-Linux/libjffi-1.2.so", directory.resolve(JFFI));
            if (isOfTheProgram()) {
                // jffi takes the file that it finds under this name, after comparing its SHA-256.
                System.setProperty(JFFI_FILE, JFFI);
            }
        }
        // Elsewhere, on a developer's machine, both unpack by themselves, each time.
        System.setProperty(LMDB_DIRECTORY, directory.toAbsolutePath().toString());
        System.setProperty(JFFI_DIRECTORY, directory.toAbsolutePath().toString());
    }

    /**
     * Whether there is no other class loader that might load the same. A JVM takes a library of one name once; in dev mode, in tests and
     * where Quarkus' own loader is in between, jffi therefore unpacks one for each.
     */
    private static boolean isOfTheProgram() {
        return System.getProperty(IMAGE) != null
                || NativeLibraries.class.getClassLoader() == ClassLoader.getSystemClassLoader();
    }

    /** As both libraries write it. */
    private static Optional<String> archOnLinux() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return Optional.empty();
        }
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> Optional.of("x86_64");
            case "aarch64", "arm64" -> Optional.of("aarch64");
            default -> Optional.empty();
        };
    }

    private static void makeOurs(Path directory) throws IOException {
        Path absolute = directory.toAbsolutePath();
        Files.createDirectories(absolute.getParent());
        PosixFileAttributeView view = Files.getFileAttributeView(absolute.getParent(), PosixFileAttributeView.class);
        FileAttribute<?>[] ownerOnly = view == null
                ? new FileAttribute<?>[0]
                : new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                };
        if (!Files.exists(absolute)) {
            Files.createDirectory(absolute, ownerOnly);
        }
        if (!Files.isDirectory(absolute, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileSystemException(
                    absolute.toString(), null, "native libraries are loaded from here, so it must be a directory");
        }
        if (view != null && Files.getPosixFilePermissions(absolute).contains(PosixFilePermission.OTHERS_WRITE)) {
            throw new FileSystemException(
                    absolute.toString(), null, "native libraries are loaded from here, and everybody may write to it");
        }
    }

    private static void deleteLeftovers(Path directory) throws IOException {
        try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(directory, LEFTOVERS)) {
            for (Path leftover : leftovers) {
                Files.deleteIfExists(leftover);
            }
        }
    }

    /** Under its name is nothing, the old file or the new one, never half of one: it may be mapped into a process. */
    private static Path unpack(String resource, Path file) throws IOException {
        byte[] library = read(resource);
        if (!isThere(file, library)) {
            Path draft = file.resolveSibling(file.getFileName() + ".tmp");
            Files.deleteIfExists(draft);
            Files.write(draft, library);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        }
        return file;
    }

    private static boolean isThere(Path file, byte[] library) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) && Arrays.equals(Files.readAllBytes(file), library);
    }

    private static byte[] read(String resource) throws IOException {
        try (InputStream in = NativeLibraries.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new NoSuchFileException(resource, null, "this program brings no such library along");
            }
            return in.readAllBytes();
        }
    }
}
