package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.UnknownFieldSet;
import io.skipstone.model.Bytes;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.ArtifactException.Kind;
import io.skipstone.snapshot.file.ArtifactProto;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactTest {
    private static final int CHUNK_BYTES = 8192;
    private static final int RANDOM_POINTS = 300;

    @TempDir
    private Path root;

    private Path file;
    private byte[] whole;
    private int frameBytes;

    @BeforeEach
    void makeOne() throws IOException {
        try (var source = new CopiedStore(root).write(1, 100)) {
            file = source.saveInChunks("backup.skip", CHUNK_BYTES);
        }
        whole = Files.readAllBytes(file);
        try (Artifact artifact = Artifact.open(file)) {
            frameBytes = artifact.frameBytes();
        }
    }

    @Nested
    class Format {
        /** docs/formats.md shows these bytes; a change of them is a new format version. */
        @Test
        void isFixed() {
            var manifest = new Manifest(
                    new Manifest.Contents(
                            new UUID(1, 2),
                            new Position(2, 41),
                            2,
                            new Timestamp(0x018bcfe568000008L),
                            Timestamp.NONE,
                            0,
                            Timestamp.NONE,
                            Bytes.EMPTY),
                    new Manifest.Data(1, 4096, 40_960, 1 << 20, Bytes.wrap(new byte[] {1, 2, 3, 4})),
                    new Manifest.Origin("n1", "0.1.0", 1_700_000_000_000L));

            byte[] frame = ArtifactFrame.encode(manifest);

            assertThat(HexFormat.of().formatHex(frame))
                    .isEqualTo("534b4950000000010000004f" + "0a1000000000000000010000000000000002"
                            + "10021829200228888080c0d6fcf3c501" + "80010188018020900180c0029801808040a2010401020304"
                            + "8202026e318a0205302e312e30900280d095ffbc31" + "5d86525a");
            assertThat(ArtifactFrame.manifest(frame, "golden")).isEqualTo(manifest);
        }

        @Test
        void saysWhereTheCopyStands() {
            try (Artifact artifact = Artifact.open(file)) {
                Manifest.Contents contents = artifact.manifest().contents();
                assertThat(contents.groupId()).isEqualTo(CopiedStore.GROUP);
                assertThat(contents.applied()).isEqualTo(new Position(3, 100));
                assertThat(contents.revision()).isEqualTo(100);
                assertThat(contents.lastCommitTs()).isEqualTo(new Timestamp(100));
                assertThat(contents.configuration()).isEqualTo(CopiedStore.CONFIGURATION);
                assertThat(artifact.manifest().origin())
                        .isEqualTo(new Manifest.Origin("n7", "0.1.0-test", CopiedStore.MADE_AT_MILLIS));
                assertThat(artifact.lengthBytes()).isEqualTo(whole.length);
                assertThat(artifact.id()).matches("100-[0-9a-f]{8}");
            }
        }

        @Test
        void readsAtAnyPositionWhatTheFileHolds() {
            try (Artifact artifact = Artifact.open(file)) {
                for (int position : new int[] {0, 5, frameBytes - 3, frameBytes, frameBytes + 1, whole.length - 2}) {
                    ByteBuffer read = ByteBuffer.allocate(CHUNK_BYTES);
                    int expected = Math.min(CHUNK_BYTES, whole.length - position);

                    assertThat(artifact.read(position, read)).isEqualTo(expected);

                    assertThat(Arrays.copyOf(read.array(), expected))
                            .isEqualTo(Arrays.copyOfRange(whole, position, position + expected));
                }
                assertThat(artifact.read(whole.length, ByteBuffer.allocate(1))).isEqualTo(-1);
            }
        }
    }

    @Nested
    class Damage {
        @Test
        void isFoundInAFileCutAtAnyBoundaryOfTheFrame() throws IOException {
            for (int length :
                    new int[] {0, 1, 4, 8, 12, frameBytes - 4, frameBytes - 1, frameBytes, whole.length - 1}) {
                assertThat(failureOf(Arrays.copyOf(whole, length)).kind())
                        .as("cut to %d of %d", length, whole.length)
                        .isEqualTo(Kind.TRUNCATED);
            }
        }

        @Test
        void isFoundInAFileCutAnywhere() throws IOException {
            Random random = random();
            for (int n = 0; n < RANDOM_POINTS; n++) {
                int length = random.nextInt(whole.length);
                assertThat(failureOf(Arrays.copyOf(whole, length)).kind())
                        .as("cut to %d", length)
                        .isEqualTo(Kind.TRUNCATED);
            }
        }

        @Test
        void isFoundInEachSingleBitOfTheFrame() throws IOException {
            for (int bit = 0; bit < frameBytes * 8; bit++) {
                Kind kind = failureOf(flipped(bit)).kind();
                assertThat(kind).as("bit %d", bit).isIn(Kind.DAMAGED, Kind.NOT_AN_ARTIFACT, Kind.TRUNCATED);
            }
        }

        @Test
        void isFoundInAnyBitOfTheDataAndItsChunkIsNamed() throws IOException {
            Random random = random();
            for (int n = 0; n < RANDOM_POINTS; n++) {
                int bit = frameBytes * 8 + random.nextInt((whole.length - frameBytes) * 8);
                ArtifactException failure = failureOf(flipped(bit));
                assertThat(failure.kind()).as("bit %d", bit).isEqualTo(Kind.DAMAGED);
                assertThat(failure.chunk()).hasValue((bit / 8 - frameBytes) / CHUNK_BYTES);
            }
        }

        @Test
        void isFoundInChunksThatChangedPlaces() throws IOException {
            // Both have the same bytes but for their number.
            byte[] data = new byte[3 * CHUNK_BYTES];
            Arrays.fill(data, CHUNK_BYTES, 2 * CHUNK_BYTES, (byte) 1);
            Manifest manifest;
            try (Artifact artifact = Artifact.open(file)) {
                manifest = CopiedStore.cut(artifact.manifest(), data, CHUNK_BYTES);
            }
            byte[] swapped = data.clone();
            Arrays.fill(swapped, 0, CHUNK_BYTES, (byte) 1);
            Arrays.fill(swapped, CHUNK_BYTES, 2 * CHUNK_BYTES, (byte) 0);
            Path file = CopiedStore.write(root.resolve("swapped.skip"), manifest, swapped);

            assertThat(failureOf(file).kind()).isEqualTo(Kind.DAMAGED);
            assertThat(Chunks.checksum(0, ByteBuffer.allocate(9)))
                    .isNotEqualTo(Chunks.checksum(2, ByteBuffer.allocate(9)));
        }

        /** As a client of etcd's API writes it. */
        @Test
        void isNotWhatSealsIt() throws Exception {
            var sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(whole);
            byte[] seal = Seal.of(whole.length, sha256);
            byte[] sealed = Arrays.copyOf(whole, whole.length + seal.length);
            System.arraycopy(seal, 0, sealed, whole.length, seal.length);
            assertThat(sealed.length % 512).isEqualTo(32);

            try (Artifact artifact = Artifact.open(Files.write(root.resolve("sealed.skip"), sealed))) {
                artifact.verify(CopyProgress.UNSEEN);
                assertThat(artifact.lengthBytes()).isEqualTo(whole.length);
            }
            assertThat(failureOf(Arrays.copyOf(sealed, sealed.length - 1)).kind())
                    .isEqualTo(Kind.DAMAGED);
        }

        @Test
        void isFoundInBytesBehindTheEnd() throws IOException {
            ArtifactException failure = failureOf(Arrays.copyOf(whole, whole.length + 1));

            assertThat(failure.kind()).isEqualTo(Kind.DAMAGED);
            assertThat(failure).hasMessageContaining("1 bytes behind its end");
        }

        @Test
        void isNotFoundWhereThereIsNone() throws IOException {
            Path copy = Files.write(root.resolve("copy.skip"), whole);
            try (Artifact artifact = Artifact.open(copy)) {
                long[] progress = {0, 0};

                artifact.verify((done, total) -> {
                    assertThat(done).isGreaterThan(progress[0]);
                    progress[0] = done;
                    progress[1] = total;
                });

                assertThat(progress[0]).isEqualTo(progress[1]).isEqualTo(whole.length - frameBytes);
            }
        }
    }

    @Nested
    class Refuses {
        @Test
        void aFileOfSomebodyElse() throws IOException {
            ArtifactException failure = failureOf(
                    "PK\3\4 something else altogether".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));

            assertThat(failure.kind()).isEqualTo(Kind.NOT_AN_ARTIFACT);
            assertThat(failure.exitCode()).isEqualTo(ExitCode.DAMAGED);
        }

        @Test
        void formatsThatAreNewerOrOlder() throws IOException {
            byte[] manifest = Arrays.copyOfRange(whole, ArtifactFrame.HEAD_BYTES, frameBytes - ArtifactFrame.CRC_BYTES);

            ArtifactException newer = failureOf(ArtifactFrame.encode(2, manifest));
            ArtifactException older = failureOf(ArtifactFrame.encode(0, manifest));

            assertThat(newer.kind()).isEqualTo(Kind.NEWER_FORMAT);
            assertThat(newer)
                    .hasMessageContaining("has format 2, this version reads format 1; use the version that made it");
            assertThat(older.kind()).isEqualTo(Kind.OLDER_FORMAT);
            assertThat(EnumSet.of(newer.exitCode(), older.exitCode())).containsExactly(ExitCode.FORMAT);
        }

        @Test
        void aManifestWithAFieldItDoesNotKnow() throws IOException {
            byte[] known = Arrays.copyOfRange(whole, ArtifactFrame.HEAD_BYTES, frameBytes - ArtifactFrame.CRC_BYTES);
            byte[] more = ArtifactProto.Manifest.parseFrom(known).toBuilder()
                    .setUnknownFields(UnknownFieldSet.newBuilder()
                            .addField(
                                    99,
                                    UnknownFieldSet.Field.newBuilder()
                                            .addVarint(1)
                                            .build())
                            .build())
                    .build()
                    .toByteArray();

            assertThat(failureOf(ArtifactFrame.encode(1, more)).kind()).isEqualTo(Kind.NEWER_FORMAT);
        }

        @Test
        void aManifestThatMakesNoSense() throws IOException {
            byte[] known = Arrays.copyOfRange(whole, ArtifactFrame.HEAD_BYTES, frameBytes - ArtifactFrame.CRC_BYTES);
            var message = ArtifactProto.Manifest.parseFrom(known);
            for (var senseless : new ArtifactProto.Manifest[] {
                message.toBuilder()
                        .setLengthBytes(message.getLengthBytes() + CHUNK_BYTES)
                        .build(),
                message.toBuilder().setLengthBytes(-1).build(),
                message.toBuilder().setLengthBytes(Long.MAX_VALUE).build(),
                message.toBuilder().setChunkBytes(0).build(),
                message.toBuilder().setChunkBytes(1 << 30).build(),
                message.toBuilder().setIndex(-1).build(),
                message.toBuilder().clearGroupId().build(),
                ArtifactProto.Manifest.getDefaultInstance()
            }) {
                assertThat(failureOf(ArtifactFrame.encode(1, senseless.toByteArray()))
                                .kind())
                        .isEqualTo(Kind.DAMAGED);
            }
            assertThat(failureOf(ArtifactFrame.encode(1, new byte[] {1, 2, 3})).kind())
                    .isEqualTo(Kind.DAMAGED);
        }

        @Test
        void aFileThatIsNotThere() {
            ArtifactException failure = failureOf(root.resolve("nowhere.skip"));

            assertThat(failure.kind()).isEqualTo(Kind.MISSING);
            assertThat(failure.exitCode()).isEqualTo(ExitCode.NO_INPUT);
            assertThat(failure).hasMessageContaining("nowhere.skip does not exist");
        }

        @Test
        void inOneLineThatSaysWhatToDo() throws IOException {
            assertThat(failureOf(Arrays.copyOf(whole, frameBytes + 10)))
                    .hasMessage(root.resolve("damaged.skip") + " ends after 10 of " + (whole.length - frameBytes)
                            + " bytes of data; make or fetch it again");
        }
    }

    @Nested
    class Listing {
        @Test
        void findsFilesOfOperatorsAndWhatWasMadeHere() throws IOException {
            Path directory = Files.createDirectories(root.resolve("artifact"));
            for (String name : new String[] {"made-3", "made-4.tmp", "b.skip", "a.skip", "notes.txt"}) {
                Files.createDirectory(directory.resolve(name));
            }

            assertThat(Artifact.listIn(directory))
                    .extracting(path -> path.getFileName().toString())
                    .containsExactly("a.skip", "b.skip", "made-3");
            assertThat(Artifact.listIn(root.resolve("nowhere"))).isEmpty();
        }
    }

    private byte[] flipped(int bit) {
        byte[] damaged = whole.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        return damaged;
    }

    private ArtifactException failureOf(byte[] damaged) throws IOException {
        return failureOf(Files.write(root.resolve("damaged.skip"), damaged));
    }

    private static ArtifactException failureOf(Path file) {
        ArtifactException failure = catchThrowableOfType(ArtifactException.class, () -> {
            try (Artifact artifact = Artifact.open(file)) {
                artifact.verify(CopyProgress.UNSEEN);
            }
        });
        assertThat(failure).as("nothing was found").isNotNull();
        return failure;
    }

    private static Random random() {
        long seed = Long.getLong("skipstone.seed", System.nanoTime());
        System.out.println("-Dskipstone.seed=" + seed);
        return new Random(seed);
    }
}
