package io.skipstone.process.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactMaker;
import io.skipstone.store.LmdbStore;
import io.skipstone.store.ReadView;
import io.skipstone.store.StateHash;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * A saved snapshot of several chunks, and what is in it.
 *
 * @param hash state of the store that it was made of
 */
public record SourceSnapshot(Path file, StateHash hash, long keys) {
    private static final int KEYS = 300;
    private static final int VALUE_BYTES = 10_000;

    /** Makes one in that directory. */
    public static SourceSnapshot make(Path dir) throws Exception {
        Path file = dir.resolve("source.skip");
        var settings = new ArtifactMaker.Settings(dir.resolve("artifact"), "n1", "test", 0);
        try (var store = LmdbStore.open(StoreConfig.of(dir.resolve("store"), dir.resolve("native")))) {
            write(store);
            try (var maker = new ArtifactMaker(store, settings, System::currentTimeMillis);
                    var lease =
                            maker.request(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS)) {
                save(lease.artifact(), file);
                assertThat(lease.artifact().manifest().data().chunkCount()).isGreaterThan(2);
            }
            try (ReadView view = store.read()) {
                return new SourceSnapshot(file, StateHash.of(view), KEYS);
            }
        }
    }

    private static void write(LmdbStore store) {
        var last = new Position(3, KEYS);
        store.write(last, txn -> {
            txn.belongTo(UUID.randomUUID());
            for (int index = 1; index <= KEYS; index++) {
                txn.beginEntry(new Position(3, index), Timestamp.ofMillis(1_000_000L + index));
                txn.put(Key.utf8("key-" + index), Bytes.wrap(new byte[VALUE_BYTES]), Timestamp.NONE);
            }
            return last;
        });
    }

    private static void save(Artifact artifact, Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 20);
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            for (long at = 0; at < artifact.lengthBytes(); ) {
                at += artifact.read(at, bytes.clear());
                out.write(bytes.flip());
            }
        }
    }
}
