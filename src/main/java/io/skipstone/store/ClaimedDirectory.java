package io.skipstone.store;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/**
 * A directory that this process holds alone and that is not a node's directory yet. Until {@link #become} it can be given up, and then is
 * as it was before: what was made here is gone again.
 */
public final class ClaimedDirectory implements AutoCloseable {
    /** Made by mkfs in the root of a file system. */
    private static final String OF_THE_FILE_SYSTEM = "lost+found";

    private final Path root;
    private final Deque<Path> made;
    private final DirectoryLock lock;
    private final boolean wasEmpty;
    private boolean settled;

    private ClaimedDirectory(Path root, Deque<Path> made, DirectoryLock lock, boolean wasEmpty) {
        this.root = root;
        this.made = made;
        this.lock = lock;
        this.wasEmpty = wasEmpty;
    }

    /**
     * Claims a directory that is missing or empty.
     *
     * @param needBytes free disk that whoever fills it will need
     * @throws DirectoryRefusal something is in it, or it cannot be written
     */
    public static ClaimedDirectory empty(Path root, long needBytes) {
        try {
            DirectoryCheck.requireDirectory(root);
            requireEmpty(root);
            DirectoryCheck.requireWritable(root, needBytes);
            return on(root, true);
        } catch (IOException failure) {
            throw DirectoryRefusal.of(root, failure);
        }
    }

    /** Makes the directory as far as it is missing, and locks it. */
    static ClaimedDirectory on(Path root) throws IOException {
        return on(root, false);
    }

    private static ClaimedDirectory on(Path root, boolean empty) throws IOException {
        Deque<Path> made = new ArrayDeque<>();
        try {
            for (Path missing : missing(root)) {
                Files.createDirectory(missing);
                made.push(missing);
                Directories.sync(missing.resolveSibling("."));
            }
            return new ClaimedDirectory(root, made, DirectoryLock.exclusive(root), empty);
        } catch (IOException | RuntimeException failure) {
            removeAll(made);
            throw failure;
        }
    }

    private static void requireEmpty(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        try (Stream<Path> inside = Files.list(root)) {
            if (inside.anyMatch(path -> !path.endsWith(OF_THE_FILE_SYSTEM))) {
                throw new DirectoryRefusal(
                        ExitCode.EXISTS,
                        "directory " + root + " is not empty; name one that is empty or not there yet");
            }
        }
    }

    /** Outermost first. */
    private static List<Path> missing(Path root) {
        Deque<Path> missing = new ArrayDeque<>();
        Path path = root.toAbsolutePath().normalize();
        while (path != null && !Files.isDirectory(path)) {
            missing.push(path);
            path = path.getParent();
        }
        return List.copyOf(missing);
    }

    /** Where the store's generations go. */
    public Path store() {
        return root.resolve(DataDirectory.STORE);
    }

    /** Durably makes it the directory of this node, and still holds it. Last, when all else is in place. */
    public DataDirectory become(NodeIdentity identity) {
        try {
            identity.write(root);
        } catch (IOException failure) {
            throw DirectoryRefusal.of(root, failure);
        }
        return settle(identity);
    }

    /** It is a node's directory already. */
    DataDirectory settle(NodeIdentity identity) {
        settled = true;
        return new DataDirectory(root, lock, identity);
    }

    /** Gives it up, unless it has become a node's directory. */
    @Override
    public void close() {
        if (settled) {
            return;
        }
        settled = true;
        try {
            if (wasEmpty) {
                removeTree(store());
            }
            lock.undo();
            removeAll(made);
        } catch (IOException failure) {
            throw DirectoryRefusal.of(root, failure);
        }
    }

    private static void removeAll(Deque<Path> made) throws IOException {
        while (!made.isEmpty()) {
            Files.deleteIfExists(made.pop());
        }
    }

    private static void removeTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> insideOut;
        try (Stream<Path> files = Files.walk(directory)) {
            insideOut = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : insideOut) {
            Files.deleteIfExists(file);
        }
    }
}
