package io.skipstone.snapshot;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.KeyRange;
import io.skipstone.model.Moment;
import io.skipstone.model.Position;
import io.skipstone.model.ScanQuery;
import io.skipstone.model.ScanQuery.Content;
import io.skipstone.model.ScanQuery.Order;
import io.skipstone.model.Timestamp;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.Store;
import io.skipstone.store.StoreConfig;
import io.skipstone.store.SyncMode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** A store to be copied, and artifacts of it. */
final class CopiedStore implements AutoCloseable {
    static final UUID GROUP = new UUID(1, 2);
    static final Bytes CONFIGURATION = Bytes.utf8("n1=host:2380");
    static final long MADE_AT_MILLIS = 1_700_000_000_000L;

    private static final int MAP_BYTES = 64 << 20;

    private final Path root;
    private final LmdbStore store;

    CopiedStore(Path root) {
        this.root = root;
        this.store = LmdbStore.open(config(root, "store"));
    }

    static StoreConfig config(Path root, String name) {
        return new StoreConfig(
                root.resolve(name), root.resolve("native"), MAP_BYTES, MAP_BYTES, 8, SyncMode.META_DEFERRED);
    }

    LmdbStore store() {
        return store;
    }

    CopiedStore write(int fromIndex, int toIndex) {
        for (int index = fromIndex; index <= toIndex; index++) {
            var at = new Position(3, index);
            store.write(at, txn -> {
                txn.belongTo(GROUP);
                txn.configuration(CONFIGURATION);
                txn.beginEntry(at, new Timestamp(at.index()));
                return txn.put(Key.utf8("k" + at.index()), Bytes.wrap(new byte[200]), Timestamp.NONE);
            });
        }
        return this;
    }

    ArtifactMaker.Settings settings() {
        return new ArtifactMaker.Settings(root.resolve("artifact"), "n7", "0.1.0-test", 0);
    }

    ArtifactMaker maker() throws IOException {
        return new ArtifactMaker(store, settings(), () -> MADE_AT_MILLIS);
    }

    /** Makes an artifact and saves it as a client does, byte for byte. */
    Path save(String name) throws IOException {
        try (var maker = maker();
                var lease = maker.request(Duration.ZERO).toCompletableFuture().join()) {
            Path file = root.resolve(name);
            try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                ByteBuffer buffer = ByteBuffer.allocate(10_007);
                long at = 0;
                while (lease.artifact().read(at, buffer.clear()) > 0) {
                    at += out.write(buffer.flip());
                }
            }
            return file;
        }
    }

    /** As {@link #save}, in chunks so small that there are many of them. */
    Path saveInChunks(String name, int chunkBytes) throws IOException {
        Path whole = save(name + ".whole");
        try (Artifact artifact = Artifact.open(whole)) {
            byte[] file = Files.readAllBytes(whole);
            byte[] data = java.util.Arrays.copyOfRange(file, artifact.frameBytes(), file.length);
            Manifest cut = cut(artifact.manifest(), data, chunkBytes);
            return write(root.resolve(name), cut, data);
        } finally {
            Files.delete(whole);
        }
    }

    static Manifest cut(Manifest manifest, byte[] data, int chunkBytes) {
        int chunks = (data.length - 1) / chunkBytes + 1;
        ByteBuffer checksums = ByteBuffer.allocate(chunks * Integer.BYTES);
        for (int chunk = 0; chunk < chunks; chunk++) {
            int from = chunk * chunkBytes;
            checksums.putInt(
                    Chunks.checksum(chunk, ByteBuffer.wrap(data, from, Math.min(chunkBytes, data.length - from))));
        }
        var layout = new Manifest.Data(
                manifest.data().storeFormat(),
                manifest.data().pageBytes(),
                data.length,
                chunkBytes,
                Bytes.wrap(checksums.array()));
        return new Manifest(manifest.contents(), layout, manifest.origin());
    }

    static Path write(Path file, Manifest manifest, byte[] data) throws IOException {
        byte[] frame = ArtifactFrame.encode(manifest);
        Files.write(file, frame);
        Files.write(file, data, StandardOpenOption.APPEND);
        return file;
    }

    /** Everything that can be seen now. */
    static List<String> contents(Store store) {
        var everything = new ScanQuery(KeyRange.ALL, Order.ASCENDING, Content.KEYS_AND_VALUES, 100_000, Long.MAX_VALUE);
        try (ReadView view = store.read()) {
            return view.scan(everything, Moment.at(view.meta().lastCommitTs())).rows().stream()
                    .map(String::valueOf)
                    .toList();
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
