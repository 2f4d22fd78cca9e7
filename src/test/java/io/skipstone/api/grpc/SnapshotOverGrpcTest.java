package io.skipstone.api.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.grpc.Context;
import io.grpc.Status.Code;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.skipstone.api.Downloads;
import io.skipstone.api.OneNode;
import io.skipstone.api.grpc.v1.FetchSnapshotRequest;
import io.skipstone.api.grpc.v1.FetchSnapshotResponse;
import io.skipstone.api.grpc.v1.MakeSnapshotRequest;
import io.skipstone.api.grpc.v1.MakeSnapshotResponse;
import io.skipstone.api.grpc.v1.PutRequest;
import io.skipstone.api.grpc.v1.SnapshotInfo;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.CopyProgress;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Iterator;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@QuarkusTest
@TestProfile(OneNode.class)
class SnapshotOverGrpcTest extends GrpcTest {
    /** More than the buffers of a connection hold, on both sides. */
    private static final int BIG_VALUES = 24;

    @Inject
    Downloads downloads;

    @ConfigProperty(name = "skipstone.data-dir")
    Path dataDir;

    @Test
    void aPeerGetsACopyThatItCanCheck(@TempDir Path dir) throws IOException {
        long revision = put("a", "one").getRevision();

        SnapshotInfo made = make(0);
        Path file = dir.resolve("fetched.skip");
        try (var out = Files.newOutputStream(file)) {
            for (var parts = fetch(made.getId(), 0); parts.hasNext(); ) {
                bytes(parts.next()).writeTo(out);
            }
        }

        assertThat(made.getRevision()).isGreaterThanOrEqualTo(revision);
        assertThat(made.getGroupId()).isEqualTo(status.status().groupId().toString());
        try (Artifact artifact = Artifact.open(file)) {
            artifact.verify(CopyProgress.UNSEEN);
            assertThat(artifact.id()).isEqualTo(made.getId());
            assertThat(artifact.lengthBytes()).isEqualTo(made.getLengthBytes());
            assertThat(artifact.manifest().data().chunkCount()).isEqualTo(made.getChunkCount());
        }
        await().untilAsserted(() -> assertThat(downloads.underWay()).isZero());
    }

    @Test
    void aFetchGoesOnAtAnyChunk() {
        writeBigValues();
        SnapshotInfo made = make(0);
        int middle = made.getChunkCount() / 2;

        Iterator<FetchSnapshotResponse> parts = fetch(made.getId(), middle);

        assertThat(parts.next().hasFrame()).isTrue();
        for (int number = middle; number < made.getChunkCount(); number++) {
            assertThat(parts.next().getChunk().getNumber()).isEqualTo(number);
        }
        assertThat(parts.hasNext()).isFalse();
    }

    @Test
    void aCopyThatIsYoungEnoughServesAgain() {
        put("a", "one");
        SnapshotInfo first = make(0);
        put("a", "two");

        assertThat(make(Duration.ofHours(1).toMillis()).getId()).isEqualTo(first.getId());
        assertThat(make(0).getId()).isNotEqualTo(first.getId());
    }

    @Test
    void aSlowPeerHasOnlyWhatItTakesReadForItAndLearnsOfDamage() throws IOException {
        writeBigValues();
        SnapshotInfo made = make(0);
        Iterator<FetchSnapshotResponse> parts = fetch(made.getId(), 0);
        parts.next();

        // The last chunk is damaged on the node's disk while the peer has taken the first part only: it has not been
        // read yet.
        damageLastByte(made);

        assertRefused(
                Code.INTERNAL,
                "internal_error",
                () -> parts.forEachRemaining(
                        part -> assertThat(part.getChunk().getNumber()).isLessThan(made.getChunkCount() - 1)));
        await().untilAsserted(() -> assertThat(downloads.underWay()).isZero());
    }

    @Test
    void aPeerThatGoesAwayHoldsNothing() {
        writeBigValues();
        SnapshotInfo made = make(0);

        try (var call = Context.current().withCancellation()) {
            call.run(() -> fetch(made.getId(), 0).next());
            assertThat(downloads.underWay()).isEqualTo(1);
        }

        await().untilAsserted(() -> assertThat(downloads.underWay()).isZero());
    }

    @Test
    void whatIsNotThereIsRefused() throws IOException {
        put("a", "one");
        SnapshotInfo made = make(0);

        assertRefused(
                Code.NOT_FOUND, "snapshot_not_found", () -> fetch("none", 0).next());
        assertRefused(Code.INVALID_ARGUMENT, "bad_chunk", () -> fetch(made.getId(), made.getChunkCount() + 1)
                .next());
        assertRefused(Code.INVALID_ARGUMENT, "bad_max_age", () -> make(-1));
        assertThat(downloads.underWay()).isZero();
    }

    private void writeBigValues() {
        ByteString value = ByteString.copyFrom(new byte[1 << 20]);
        for (int i = 0; i < BIG_VALUES; i++) {
            var _ = keys.put(PutRequest.newBuilder()
                    .setKey(key("big/" + i))
                    .setValue(value)
                    .build());
        }
    }

    private SnapshotInfo make(long maxAgeMillis) {
        Iterator<MakeSnapshotResponse> answers = snapshots.make(
                MakeSnapshotRequest.newBuilder().setMaxAgeMillis(maxAgeMillis).build());
        MakeSnapshotResponse last = answers.next();
        while (answers.hasNext()) {
            assertThat(last.hasMaking()).isTrue();
            last = answers.next();
        }
        return last.getMade();
    }

    private Iterator<FetchSnapshotResponse> fetch(String id, int firstChunk) {
        return snapshots.fetch(FetchSnapshotRequest.newBuilder()
                .setId(id)
                .setFirstChunk(firstChunk)
                .build());
    }

    private static ByteString bytes(FetchSnapshotResponse part) {
        return part.hasFrame() ? part.getFrame() : part.getChunk().getData();
    }

    private void damageLastByte(SnapshotInfo made) throws IOException {
        try (var entries = Files.list(dataDir.resolve("artifact"))) {
            Path newest = entries.filter(path -> idOf(path).equals(made.getId()))
                    .findFirst()
                    .orElseThrow()
                    .resolve("data.mdb");
            try (FileChannel file = FileChannel.open(newest, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                ByteBuffer last = ByteBuffer.allocate(1);
                file.read(last, file.size() - 1);
                file.write(ByteBuffer.wrap(new byte[] {(byte) ~last.get(0)}), file.size() - 1);
            }
        }
    }

    private static String idOf(Path artifact) {
        try (Artifact opened = Artifact.open(artifact)) {
            return opened.id();
        }
    }
}
