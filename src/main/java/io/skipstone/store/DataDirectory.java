package io.skipstone.store;

import io.skipstone.model.GroupOrigin;
import io.skipstone.model.Invariants;
import io.skipstone.model.MemberId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/**
 * A node's directory, held by one process at a time and belonging to one node for ever.
 *
 * <p>{@code store/} holds the store's generations, {@code raft/} the log, {@code artifact/} artifacts made here or put here,
 * {@code native/} the native libraries that the node runs with; {@code node.json} says whose it is, {@code LOCK} is held while a process uses
 * it.
 */
public final class DataDirectory implements AutoCloseable {
    static final String STORE = "store";
    static final String RAFT = "raft";
    static final String ARTIFACTS = "artifact";
    static final String NATIVE = "native";

    /** Less free disk than this, and the start itself would fail half-way: a log segment and the native libraries. */
    static final long START_ROOM_BYTES = 8L << 20;

    private final Path root;
    private final DirectoryLock lock;

    /** Gets its group once. */
    private volatile NodeIdentity identity;

    DataDirectory(Path root, DirectoryLock lock, NodeIdentity identity) {
        this.root = root;
        this.lock = lock;
        this.identity = identity;
    }

    /**
     * Opens the directory, or makes it a new node's.
     *
     * @throws DirectoryRefusal it is another node's, in use, damaged, of another format, or cannot be written; nothing in it was
     *     changed
     */
    public static DataDirectory open(Path root, String nodeId) {
        try {
            look(root, nodeId);
            try (var claimed = ClaimedDirectory.on(root)) {
                // Whoever held the lock before may have changed what was seen.
                Optional<NodeIdentity> known = look(root, nodeId);
                return known.isPresent() ? claimed.settle(known.get()) : claimed.become(NodeIdentity.of(nodeId));
            }
        } catch (IOException failure) {
            throw DirectoryRefusal.of(root, failure);
        }
    }

    /** Whose the directory is, without holding or changing it; empty when nobody's. */
    public static Optional<NodeIdentity> identityOf(Path root) {
        try {
            return NodeIdentity.read(root);
        } catch (IOException failure) {
            throw DirectoryRefusal.of(root, failure);
        }
    }

    private static Optional<NodeIdentity> look(Path root, String nodeId) throws IOException {
        DirectoryCheck.requireDirectory(root);
        Optional<NodeIdentity> known = NodeIdentity.read(root);
        if (known.isPresent()) {
            DirectoryCheck.requireOwner(root, known.get(), nodeId);
        } else {
            DirectoryCheck.requireNoData(root);
        }
        DirectoryCheck.requireWritable(root, START_ROOM_BYTES);
        return known;
    }

    /** The node, and this directory of it. */
    public MemberId member() {
        return identity.member();
    }

    /** Empty until the node has come to a group. */
    public Optional<GroupOrigin> origin() {
        return identity.origin();
    }

    /** Durably says which group the node has come to, once and for ever. */
    public void belongTo(GroupOrigin group) {
        Invariants.check(identity.origin().isEmpty(), "a second group for one directory");
        NodeIdentity settled = identity.in(group);
        try {
            settled.write(root);
        } catch (IOException failure) {
            throw DirectoryRefusal.of(root, failure);
        }
        identity = settled;
    }

    /** The group that the node has come to. */
    public UUID groupId() {
        return identity.origin().map(GroupOrigin::groupId).orElseThrow();
    }

    /** Where the store's generations are. */
    public Path store() {
        return root.resolve(STORE);
    }

    public Path raft() {
        return root.resolve(RAFT);
    }

    /** Artifacts made here for others, or put here by an operator. */
    public Path artifacts() {
        return root.resolve(ARTIFACTS);
    }

    public Path nativeLibraries() {
        return root.resolve(NATIVE);
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException failure) {
            throw DirectoryRefusal.of(root, failure);
        }
    }
}
