package io.skipstone.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skipstone.model.Bytes;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.InjectedFailure;
import io.skipstone.model.Position;
import io.skipstone.snapshot.ArtifactException.Kind;
import io.skipstone.store.Generations;
import io.skipstone.store.Generations.Generation;
import io.skipstone.store.Generations.Opened;
import io.skipstone.store.StoreInUse;
import io.skipstone.store.StoreMeta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStageTest {
    private static final int CHUNK_BYTES = 4096;
    private static final int RANDOM_POINTS = 25;

    @TempDir
    private Path root;

    private List<String> contents;
    private Artifact artifact;
    private Generations generations;

    @BeforeEach
    void makeOne() throws IOException {
        try (var source = new CopiedStore(root).write(1, 100)) {
            contents = CopiedStore.contents(source.store());
            artifact = Artifact.open(source.saveInChunks("backup.skip", CHUNK_BYTES));
        }
        generations = new Generations(CopiedStore.config(root, "target"));
    }

    @AfterEach
    void close() {
        Failpoints.arm(Map.of());
        artifact.close();
    }

    @Nested
    class Installing {
        @Test
        void bringsTheStoreWithItsPosition() {
            Generation published = install();

            assertThat(published.directory()).hasFileName("gen-1");
            assertThat(published.directory().toFile().list()).containsExactlyInAnyOrder("data.mdb", "lock.mdb");
            Opened opened = generations.open();
            try (var store = opened.store()) {
                assertThat(store.meta().applied()).contains(new Position(3, 100));
                assertThat(store.meta().groupId()).contains(CopiedStore.GROUP);
                assertThat(store.meta().configuration()).isEqualTo(CopiedStore.CONFIGURATION);
                assertThat(CopiedStore.contents(store)).isEqualTo(contents);
            }
        }

        @Test
        void neverTouchesTheStoreInUse() {
            try (var store = generations.open().store()) {
                install();

                assertThat(store.meta()).isEqualTo(StoreMeta.EMPTY);
                assertThat(names()).containsExactly("gen-1", "gen-2");
            }
            assertThat(indexAfterStart()).isEqualTo(100);
            assertThat(names()).containsExactly("gen-2");
        }

        @Test
        void isSeenAsItGoesOn() {
            try (var stage = ArtifactStage.begin(generations, artifact.manifest(), CopiedStore.GROUP)) {
                long[] last = {0, 0};
                stage.copyFrom(artifact, (done, total) -> {
                    assertThat(done).isGreaterThan(last[0]).isLessThanOrEqualTo(total);
                    last[0] = done;
                    last[1] = total;
                });
                assertThat(last[0]).isEqualTo(last[1]);
                stage.discard();
            }
            assertThat(names()).isEmpty();
        }
    }

    @Nested
    class NewGroup {
        private final UUID group = new UUID(7, 8);

        @Test
        void getsTheDataWithoutTermAndMembers() {
            try (var stage = ArtifactStage.beginNewGroup(generations, artifact.manifest(), group)) {
                stage.copyFrom(artifact, CopyProgress.UNSEEN);
                stage.finish();
            }

            try (var store = generations.open().store()) {
                assertThat(store.meta().applied()).contains(new Position(0, 100));
                assertThat(store.meta().groupId()).contains(group);
                assertThat(store.meta().configuration()).isEqualTo(Bytes.EMPTY);
                assertThat(store.meta().revision()).isEqualTo(100);
                assertThat(CopiedStore.contents(store)).isEqualTo(contents);
            }
        }
    }

    @Nested
    class Refuses {
        @Test
        void anArtifactOfAnotherGroup() {
            ArtifactException failure = catchThrowableOfType(
                    ArtifactException.class,
                    () -> ArtifactStage.begin(generations, artifact.manifest(), new UUID(9, 9)));

            assertThat(failure.kind()).isEqualTo(Kind.WRONG_GROUP);
            assertThat(failure.exitCode()).isEqualTo(ExitCode.WRONG_OWNER);
            assertThat(failure).hasMessageContaining(CopiedStore.GROUP.toString());
            assertThat(root.resolve("target")).doesNotExist();
        }

        @Test
        void aStoreOfANewerOrOlderFormat() {
            assertThat(kindWithStoreFormat(3)).isEqualTo(Kind.NEWER_FORMAT);
            assertThat(kindWithStoreFormat(0)).isEqualTo(Kind.OLDER_FORMAT);
            assertThat(root.resolve("target")).doesNotExist();
        }

        private Kind kindWithStoreFormat(int format) {
            Manifest.Data data = artifact.manifest().data();
            var other = new Manifest(
                    artifact.manifest().contents(),
                    new Manifest.Data(
                            format, data.pageBytes(), data.lengthBytes(), data.chunkBytes(), data.checksums()),
                    artifact.manifest().origin());
            return catchThrowableOfType(
                            ArtifactException.class, () -> ArtifactStage.begin(generations, other, CopiedStore.GROUP))
                    .kind();
        }

        @Test
        void aDiskWithoutRoom() {
            long needed = artifact.manifest().data().lengthBytes() + StagedData.KEEP_FREE_BYTES;

            assertThatThrownBy(() ->
                            ArtifactStage.begin(generations, artifact.manifest(), CopiedStore.GROUP, _ -> needed - 1))
                    .isInstanceOfSatisfying(ArtifactException.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.NO_SPACE))
                    .hasMessageContaining("make room");

            assertThat(names()).isEmpty();
            ArtifactStage.begin(generations, artifact.manifest(), CopiedStore.GROUP, _ -> needed)
                    .discard();
        }

        /** Whatever the disk has: it is promised to writes. */
        @Test
        void theRoomThatWritesArePromised() {
            Opened own = generations.open();
            try (var store = new StoreInUse(own.store())) {
                var exchange = new GenerationExchange(
                        generations, CopiedStore.GROUP, store, own.generation(), Long.MAX_VALUE / 2);

                assertThatThrownBy(() -> exchange.begin(artifact.manifest()))
                        .isInstanceOfSatisfying(ArtifactException.class, failure -> assertThat(failure.kind())
                                .isEqualTo(Kind.NO_SPACE))
                        .hasMessageContaining("not promised to writes");
            }
        }

        @Test
        @EnabledOnOs(OS.LINUX)
        void aDiskWithoutRoomForTheRestAndGivesBackWhatWasThere() throws IOException {
            begin().close();

            assertThatThrownBy(() -> ArtifactStage.begin(generations, artifact.manifest(), CopiedStore.GROUP, _ -> 0))
                    .hasMessageContaining("make room");

            assertThat(names()).isEmpty();
            assertThat(openFilesOfTarget()).isEmpty();
        }

        /** Also those whose names are gone: they take room until they are closed. */
        private List<String> openFilesOfTarget() throws IOException {
            try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
                return open.filter(Files::isSymbolicLink)
                        .map(ArtifactStageTest::linked)
                        .filter(file -> file.startsWith(root.resolve("target").toString()))
                        .toList();
            }
        }

        @Test
        void chunksThatAreDamagedOrOutOfTurnAndTakesThemAgain() {
            try (var stage = begin()) {
                byte[] damaged = artifact.chunk(0);
                damaged[17] ^= 4;
                assertThat(kindOf(stage, 0, damaged)).isEqualTo(Kind.DAMAGED);
                assertThat(kindOf(stage, 0, Arrays.copyOf(artifact.chunk(0), 5)))
                        .isEqualTo(Kind.DAMAGED);
                assertThat(kindOf(stage, 0, artifact.chunk(1))).isEqualTo(Kind.DAMAGED);
                assertThat(kindOf(stage, 1, artifact.chunk(1))).isEqualTo(Kind.DAMAGED);
                assertThat(kindOf(stage, -1, artifact.chunk(0))).isEqualTo(Kind.DAMAGED);
                assertThat(stage.nextChunk()).isZero();

                stage.accept(0, ByteBuffer.wrap(artifact.chunk(0)));
                stage.accept(0, ByteBuffer.wrap(artifact.chunk(0)));
                assertThat(stage.nextChunk()).isEqualTo(1);
            }
        }

        private Kind kindOf(ArtifactStage stage, int number, byte[] chunk) {
            return catchThrowableOfType(ArtifactException.class, () -> stage.accept(number, ByteBuffer.wrap(chunk)))
                    .kind();
        }

        @Test
        void toFinishBeforeAllIsThere() {
            try (var stage = begin()) {
                stage.accept(0, ByteBuffer.wrap(artifact.chunk(0)));

                assertThatThrownBy(stage::finish)
                        .isInstanceOfSatisfying(ArtifactException.class, failure -> assertThat(failure.kind())
                                .isEqualTo(Kind.TRUNCATED))
                        .hasMessageContaining("fetch them from 1");
            }
        }

        /** Each byte is as it was made, but whoever made it lied. */
        @Test
        void aCopyThatContradictsItsManifest() {
            Manifest.Contents told = artifact.manifest().contents();
            var lie = new Manifest(
                    new Manifest.Contents(
                            told.groupId(),
                            new Position(3, 101),
                            told.revision(),
                            told.lastCommitTs(),
                            told.hlcCeiling(),
                            told.cutover(),
                            told.gcFloor(),
                            told.configuration()),
                    artifact.manifest().data(),
                    artifact.manifest().origin());

            try (var stage = ArtifactStage.begin(generations, lie, CopiedStore.GROUP)) {
                stage.copyFrom(artifact, CopyProgress.UNSEEN);
                assertThatThrownBy(stage::finish).hasMessageContaining("contradicts its manifest");
            }

            assertThat(names()).isEmpty();
        }

        @Test
        void aCopyThatIsNoStore() throws IOException {
            byte[] data = new byte[3 * CHUNK_BYTES];
            Manifest manifest = CopiedStore.cut(artifact.manifest(), data, CHUNK_BYTES);
            Path file = CopiedStore.write(root.resolve("no-store.skip"), manifest, data);

            try (var noStore = Artifact.open(file);
                    var stage = ArtifactStage.begin(generations, manifest, CopiedStore.GROUP)) {
                stage.copyFrom(noStore, CopyProgress.UNSEEN);
                assertThatThrownBy(stage::finish).hasMessageContaining("contradicts its manifest");
            }

            assertThat(names()).isEmpty();
        }
    }

    @Nested
    class CutOff {
        @Test
        void goesOnBehindTheLastChunkThatIsThere() {
            try (var stage = begin()) {
                for (int chunk = 0; chunk < 3; chunk++) {
                    stage.accept(chunk, ByteBuffer.wrap(artifact.chunk(chunk)));
                }
            }

            try (var again = begin()) {
                assertThat(again.nextChunk()).isEqualTo(3);
                again.copyFrom(artifact, CopyProgress.UNSEEN);
                again.finish();
            }
            assertThat(indexAfterStart()).isEqualTo(100);
        }

        /** After a power loss a file may be torn anywhere: what is not right does not count. */
        @Test
        void countsOnlyWhatIsThereAndRight() throws IOException {
            long seed = Long.getLong("skipstone.seed", System.nanoTime());
            System.out.println("-Dskipstone.seed=" + seed);
            var random = new Random(seed);
            for (int n = 0; n < RANDOM_POINTS; n++) {
                begin().close();
                Path data = root.resolve("target/gen-1.tmp/data.mdb");
                byte[] torn = Arrays.copyOfRange(
                        Files.readAllBytes(root.resolve("backup.skip")),
                        artifact.frameBytes(),
                        artifact.frameBytes()
                                + random.nextInt(
                                        (int) artifact.manifest().data().lengthBytes()));
                int zeroFrom = random.nextInt(torn.length + 1);
                Arrays.fill(torn, zeroFrom, Math.min(torn.length, zeroFrom + 100), (byte) 0xa5);
                Files.write(data, torn);

                try (var again = begin()) {
                    assertThat(again.nextChunk()).isLessThanOrEqualTo(torn.length / CHUNK_BYTES);
                    assertThat(Files.size(data)).isEqualTo((long) again.nextChunk() * CHUNK_BYTES);
                    again.copyFrom(artifact, CopyProgress.UNSEEN);
                    again.finish();
                }
                assertThat(indexAfterStart()).isEqualTo(100);
                deleteTarget();
            }
        }

        /** At every step: the same artifact goes on, or the next start removes the draft; and the end is the same. */
        @Test
        void isResumedAtEveryFailpoint() {
            for (Failpoint point : installSteps()) {
                cutOffAt(point);

                if (!names().contains("gen-1")) {
                    install();
                }

                assertThat(indexAfterStart()).as(point.id()).isEqualTo(100);
                assertThat(names()).as(point.id()).containsExactly("gen-1");
                deleteTarget();
            }
        }

        @Test
        void isRemovedByTheNextStartAtEveryFailpoint() {
            for (Failpoint point : installSteps()) {
                cutOffAt(point);

                long index = indexAfterStart();

                assertThat(index).as(point.id()).isEqualTo(point == Failpoint.INSTALL_PUBLISHED ? 100 : -1);
                assertThat(names()).as(point.id()).containsExactly("gen-1");
                deleteTarget();
            }
        }

        @Test
        void neverPublishesACopyOfTheOldGroup() {
            for (Failpoint point : List.of(Failpoint.INSTALL_VERIFIED, Failpoint.INSTALL_GROUP_FOUNDED)) {
                throwAt(point);
                assertThatThrownBy(this::installNewGroup).isInstanceOf(InjectedFailure.class);
                Failpoints.arm(Map.of());
                assertThat(names()).as(point.id()).containsExactly("gen-1.tmp");

                installNewGroup();

                try (var store = generations.open().store()) {
                    assertThat(store.meta().groupId()).contains(new UUID(7, 8));
                    assertThat(CopiedStore.contents(store)).isEqualTo(contents);
                }
                deleteTarget();
            }
        }

        private void installNewGroup() {
            try (var stage = ArtifactStage.beginNewGroup(generations, artifact.manifest(), new UUID(7, 8))) {
                stage.copyFrom(artifact, CopyProgress.UNSEEN);
                stage.finish();
            }
        }

        /** A second fsync would say yes without having written anything. */
        @Test
        void beginsAgainAfterAFailedSync() {
            cutOffAt(Failpoint.INSTALL_BEFORE_SYNC);

            try (var again = begin()) {
                assertThat(again.nextChunk()).isZero();
            }
        }

        @Test
        void anotherArtifactTakesThePlaceOfTheDraft() throws IOException {
            try (var stage = begin()) {
                stage.accept(0, ByteBuffer.wrap(artifact.chunk(0)));
            }
            Manifest other = CopiedStore.cut(artifact.manifest(), new byte[2 * CHUNK_BYTES], CHUNK_BYTES);

            try (var stage = ArtifactStage.begin(generations, other, CopiedStore.GROUP)) {
                assertThat(stage.nextChunk()).isZero();
                assertThat(generations.drafts()).hasSize(1);
            }
        }

        private List<Failpoint> installSteps() {
            return List.of(
                    Failpoint.INSTALL_BEGUN,
                    Failpoint.INSTALL_CHUNK_WRITTEN,
                    Failpoint.INSTALL_BEFORE_SYNC,
                    Failpoint.INSTALL_VERIFIED,
                    Failpoint.INSTALL_SYNCED,
                    Failpoint.INSTALL_PUBLISHED);
        }

        private void cutOffAt(Failpoint point) {
            throwAt(point);
            assertThatThrownBy(ArtifactStageTest.this::install).as(point.id()).isInstanceOf(InjectedFailure.class);
            Failpoints.arm(Map.of());
        }
    }

    private static void throwAt(Failpoint point) {
        Failpoints.arm(Map.of(point, new Failpoints.Plan(new Failpoints.Action.Throw(), 1)));
    }

    private ArtifactStage begin() {
        return ArtifactStage.begin(generations, artifact.manifest(), CopiedStore.GROUP);
    }

    private Generation install() {
        try (var stage = begin()) {
            stage.copyFrom(artifact, CopyProgress.UNSEEN);
            return stage.finish();
        }
    }

    private long indexAfterStart() {
        Opened opened = generations.open();
        try (var store = opened.store()) {
            generations.settle(opened);
            return store.meta().applied().map(Position::index).orElse(-1L);
        }
    }

    private List<String> names() {
        try (Stream<Path> entries = Files.list(root.resolve("target"))) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void deleteTarget() {
        try (Stream<Path> all = Files.walk(root.resolve("target"))) {
            for (Path path : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String linked(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }
}
