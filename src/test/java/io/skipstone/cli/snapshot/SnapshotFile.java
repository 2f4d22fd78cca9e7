package io.skipstone.cli.snapshot;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * A snapshot of a small store, and what can become of one on its way.
 *
 * @param frameBytes length of the frame, behind which the data begins
 * @param chunkBytes length of a chunk of the data
 */
record SnapshotFile(Bytes content, int frameBytes, int chunkBytes) {
    static final UUID GROUP = new UUID(1, 2);
    static final long INDEX = 9;

    /** Of a store with entries 1 to {@link #INDEX}, of half a MiB each, and a revision for each. */
    static SnapshotFile make(Path scratch) throws IOException {
        try (LmdbStore store = LmdbStore.open(StoreConfig.of(scratch.resolve("store"), scratch.resolve("native")))) {
            for (long index = 1; index <= INDEX; index++) {
                write(store, new Position(3, index));
            }
            var settings = new ArtifactMaker.Settings(scratch.resolve("artifact"), "n7", "0.1.0-test", 0);
            try (var maker = new ArtifactMaker(store, settings, () -> 1_700_000_000_000L);
                    var lease =
                            maker.request(Duration.ZERO).toCompletableFuture().join()) {
                return read(lease.artifact());
            }
        }
    }

    byte[] bytes() {
        return content.array();
    }

    private static void write(LmdbStore store, Position at) {
        store.write(at, txn -> {
            txn.belongTo(GROUP);
            txn.beginEntry(at, Timestamp.ofMillis(1000 + at.index()));
            return txn.put(Key.utf8("k" + at.index()), Bytes.wrap(new byte[1 << 19]), Timestamp.NONE);
        });
    }

    private static SnapshotFile read(Artifact artifact) {
        ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact(artifact.lengthBytes()));
        artifact.read(0, whole);
        return new SnapshotFile(
                Bytes.wrap(whole.array()),
                artifact.frameBytes(),
                artifact.manifest().data().chunkBytes());
    }

    Path in(Path file) throws IOException {
        return Files.write(file, bytes());
    }

    SnapshotFile cutBehind(int length) {
        return with(Arrays.copyOf(bytes(), length));
    }

    SnapshotFile flipped(int position) {
        byte[] damaged = bytes().clone();
        damaged[position] ^= 1;
        return with(damaged);
    }

    /** The first two chunks have changed places. */
    SnapshotFile swapped() {
        byte[] damaged = bytes().clone();
        System.arraycopy(bytes(), frameBytes, damaged, frameBytes + chunkBytes, chunkBytes);
        System.arraycopy(bytes(), frameBytes + chunkBytes, damaged, frameBytes, chunkBytes);
        return with(damaged);
    }

    /** Whole and right, and of another format version. */
    SnapshotFile ofFormat(int version) {
        ByteBuffer other = ByteBuffer.wrap(bytes().clone()).putInt(Integer.BYTES, version);
        var crc = new CRC32C();
        crc.update(other.array(), 0, frameBytes - Integer.BYTES);
        return with(
                other.putInt(frameBytes - Integer.BYTES, (int) crc.getValue()).array());
    }

    private SnapshotFile with(byte[] other) {
        return new SnapshotFile(Bytes.wrap(other), frameBytes, chunkBytes);
    }
}
