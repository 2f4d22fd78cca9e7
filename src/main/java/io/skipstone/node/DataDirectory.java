package io.skipstone.node;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * A node's directory, held by one process at a time and belonging to one node for ever.
 *
 * <p>{@code store/} is the LMDB environment, {@code raft/} the log, {@code native/} the native libraries while the node runs,
 * {@code node.json} says whose it is, {@code LOCK} is held while a process uses it.
 */
final class DataDirectory implements AutoCloseable {
    private static final int FORMAT = 1;

    private final Path root;
    private final FileChannel lockFile;
    private final UUID groupId;

    private DataDirectory(Path root, FileChannel lockFile, UUID groupId) {
        this.root = root;
        this.lockFile = lockFile;
        this.groupId = groupId;
    }

    /** Opens or makes the directory; throws {@link StartupException} if it is another node's, in use or not writable. */
    static DataDirectory open(Path root, String nodeId) {
        try {
            Files.createDirectories(root);
            FileChannel lockFile = lock(root);
            try {
                return new DataDirectory(root, lockFile, identity(root, nodeId));
            } catch (IOException | RuntimeException failure) {
                lockFile.close();
                throw failure;
            }
        } catch (AccessDeniedException denied) {
            throw new StartupException(
                    "data directory " + root + " is not writable for this user; change its owner or skipstone.data-dir",
                    denied);
        } catch (IOException failure) {
            throw new StartupException("data directory " + root + " cannot be used: " + failure, failure);
        }
    }

    private static FileChannel lock(Path root) throws IOException {
        FileChannel file = FileChannel.open(
                root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (!tryLock(file)) {
            file.close();
            throw new StartupException("data directory " + root
                    + " is in use by another process; stop it, or give this node its own skipstone.data-dir");
        }
        return file;
    }

    private static boolean tryLock(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static UUID identity(Path root, String nodeId) throws IOException {
        Path file = root.resolve("node.json");
        if (!Files.exists(file)) {
            return createIdentity(root, file, nodeId);
        }
        try {
            var json = new JsonObject(Files.readString(file));
            int format = json.getInteger("format");
            if (format != FORMAT) {
                throw new StartupException("data directory " + root + " has format " + format
                        + ", this version knows format " + FORMAT + "; use the version that wrote it");
            }
            String owner = json.getString("nodeId");
            if (!nodeId.equals(owner)) {
                throw new StartupException("data directory " + root + " belongs to node " + owner + ", this node is "
                        + nodeId + "; correct skipstone.node-id or skipstone.data-dir");
            }
            return UUID.fromString(json.getString("groupId"));
        } catch (DecodeException | IllegalArgumentException | NullPointerException | ClassCastException damaged) {
            throw new StartupException("identity file " + file + " is damaged; restore it from another copy", damaged);
        }
    }

    private static UUID createIdentity(Path root, Path file, String nodeId) throws IOException {
        if (Files.exists(root.resolve("raft")) || Files.exists(root.resolve("store"))) {
            throw new StartupException(
                    "data directory " + root + " holds data but no node.json, so its owner is unknown;"
                            + " restore node.json from a copy or use another skipstone.data-dir");
        }
        UUID groupId = UUID.randomUUID();
        Path draft = root.resolve("node.json.tmp");
        String text = new JsonObject()
                .put("format", FORMAT)
                .put("nodeId", nodeId)
                .put("groupId", groupId.toString())
                .encodePrettily();
        Files.writeString(draft, text + "\n");
        force(draft, StandardOpenOption.WRITE);
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        // The rename is durable only with its directory (fsync(2)).
        force(root, StandardOpenOption.READ);
        return groupId;
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    UUID groupId() {
        return groupId;
    }

    Path store() {
        return root.resolve("store");
    }

    Path raft() {
        return root.resolve("raft");
    }

    Path nativeLibraries() {
        return root.resolve("native");
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException failure) {
            throw new StartupException("lock of data directory " + root + " cannot be released", failure);
        }
    }
}
