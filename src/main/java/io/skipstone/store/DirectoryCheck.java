package io.skipstone.store;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Looks whether a directory can be used, without touching it. Each method throws {@link DirectoryRefusal} when not. */
final class DirectoryCheck {
    private DirectoryCheck() {}

    static void requireOwner(Path root, NodeIdentity owner, String nodeId) {
        if (!owner.member().nodeId().equals(nodeId)) {
            throw new DirectoryRefusal(
                    ExitCode.WRONG_OWNER,
                    "data directory " + root + " belongs to node "
                            + owner.member().nodeId() + ", this node is " + nodeId
                            + "; correct skipstone.node-id or skipstone.data-dir");
        }
    }

    /** For a directory without an identity: what is in it would be lost to its owner, or mixed with ours. */
    static void requireNoData(Path root) {
        for (String name : List.of(DataDirectory.RAFT, DataDirectory.STORE)) {
            if (Files.exists(root.resolve(name))) {
                throw new DirectoryRefusal(
                        ExitCode.DAMAGED,
                        "data directory " + root + " holds data (" + name + ") but no " + NodeIdentity.FILE
                                + ", so its owner is unknown; put a copy of " + NodeIdentity.FILE
                                + " in place, or use another skipstone.data-dir");
            }
        }
    }

    /** The directory, or the one in which it would be made, is one. */
    static void requireDirectory(Path root) {
        Path there = nearest(root);
        if (!Files.isDirectory(there)) {
            throw new DirectoryRefusal(
                    ExitCode.USAGE,
                    "data directory " + root + " cannot be used: " + there + " is no directory; name another");
        }
    }

    /** The directory, or the one in which it would be made, and what a node writes in it. */
    static void requireWritable(Path root, long needBytes) throws IOException {
        Path there = nearest(root);
        requireWritable(root, there);
        for (String name :
                List.of(DataDirectory.RAFT, DataDirectory.STORE, DataDirectory.ARTIFACTS, DirectoryLock.FILE)) {
            if (Files.exists(root.resolve(name))) {
                requireWritable(root, root.resolve(name));
            }
        }
        requireRoom(root, there, needBytes);
    }

    private static void requireWritable(Path root, Path file) throws IOException {
        if (!Files.isWritable(file)) {
            DiskTrouble trouble =
                    Files.getFileStore(file).isReadOnly() ? DiskTrouble.READ_ONLY : DiskTrouble.NOT_PERMITTED;
            throw new DirectoryRefusal(
                    trouble.exitCode(),
                    "data directory " + root + " cannot be written: " + trouble.advice() + ", or use another (" + file
                            + ")");
        }
    }

    private static void requireRoom(Path root, Path there, long needBytes) throws IOException {
        long freeBytes = Files.getFileStore(there).getUsableSpace();
        if (freeBytes < needBytes) {
            throw new DirectoryRefusal(
                    ExitCode.DISK,
                    "data directory " + root + " cannot be used: the disk is full; make room (" + needBytes
                            + " bytes are needed, " + freeBytes + " are free)");
        }
    }

    private static Path nearest(Path root) {
        Path path = root.toAbsolutePath().normalize();
        while (!Files.exists(path) && path.getParent() != null) {
            path = path.getParent();
        }
        return path;
    }
}
