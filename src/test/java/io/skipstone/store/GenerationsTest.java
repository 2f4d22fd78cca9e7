package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.skipstone.model.Bytes;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.Failpoints.InjectedFailure;
import io.skipstone.model.Key;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.model.WriteAt;
import io.skipstone.store.Generations.Candidate;
import io.skipstone.store.Generations.Draft;
import io.skipstone.store.Generations.Generation;
import io.skipstone.store.Generations.Opened;
import io.skipstone.store.StoreState.Doubt;
import io.skipstone.store.StoreState.Fresh;
import io.skipstone.store.StoreState.Known;
import io.skipstone.store.StoreState.Unknown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerationsTest {
    @TempDir
    private Path root;

    @AfterEach
    void disarm() {
        Failpoints.arm(Map.of());
    }

    @Nested
    class Rule {
        private final Candidate fresh = new Candidate(generation(9), new Fresh());
        private final Candidate empty = new Candidate(generation(8), new Known(StoreMeta.EMPTY));
        private final Candidate doubtful = new Candidate(generation(7), new Unknown(Doubt.META_CORRUPT));
        private final Candidate behind = new Candidate(generation(6), knownAt(40));
        private final Candidate ahead = new Candidate(generation(2), knownAt(41));

        @Test
        void takesTheOneThatKnowsMost() {
            assertThat(Generations.best(List.of(fresh, empty, doubtful, behind, ahead)))
                    .contains(ahead);
        }

        @Test
        void takesTheLaterOfTwoThatKnowTheSame() {
            var later = new Candidate(generation(3), knownAt(41));

            assertThat(Generations.best(List.of(later, ahead))).contains(later);
            assertThat(Generations.best(List.of(ahead, later))).contains(later);
        }

        @Test
        void neverLetsADamagedOneBlockAGoodOne() {
            assertThat(Generations.best(List.of(behind, doubtful))).contains(behind);
        }

        @Test
        void prefersDoubtToAStoreThatHoldsNothing() {
            assertThat(Generations.best(List.of(fresh, empty, doubtful))).contains(doubtful);
            assertThat(Generations.best(List.of(fresh, empty))).contains(empty);
        }

        @Test
        void comparesIndexesAndNotTerms() {
            var laterTerm = new Candidate(generation(4), new Known(StoreMeta.EMPTY.advancedTo(new Position(9, 40))));

            assertThat(Generations.best(List.of(ahead, laterTerm))).contains(ahead);
        }

        private Generation generation(int number) {
            return new Generation(number, Path.of("gen-" + number));
        }

        private StoreState knownAt(long index) {
            return new Known(StoreMeta.EMPTY.advancedTo(new Position(2, index)));
        }
    }

    @Nested
    class Opening {
        @Test
        void beginsTheFirstGeneration() {
            try (Store store = generations().open().store()) {
                assertThat(store.openedAs()).isEqualTo(new Fresh());
            }
            assertThat(names()).containsExactly("gen-1");
        }

        @Test
        void opensTheOnlyOneOnceForUse() {
            write(1, 41);

            Opened opened = generations().open();

            try (Store store = opened.store()) {
                assertThat(index(store)).isEqualTo(41);
                assertThat(opened.others()).isEmpty();
                assertThat(opened.generation().number()).isEqualTo(1);
            }
        }

        @Test
        void adoptsThePendingOneThatKnowsMore() {
            write(1, 41);
            write(2, 57);

            assertThat(openAndSettle()).isEqualTo(57);
            assertThat(names()).containsExactly("gen-2");
        }

        @Test
        void keepsTheOneInUseWhenItHasComeFurther() {
            write(1, 58);
            write(2, 57);

            assertThat(openAndSettle()).isEqualTo(58);
            assertThat(names()).containsExactly("gen-1");
        }

        @Test
        void putsADamagedPendingOneAsideAndStartsWithTheGoodOne() throws IOException {
            write(1, 41);
            write(2, 57);
            Files.write(gen(2).resolve("data.mdb"), new byte[100_000]);

            assertThat(openAndSettle()).isEqualTo(41);
            assertThat(names()).containsExactly("gen-1", "gen-2.quarantined-1");
        }

        @Test
        void removesDraftsWhateverIsInThem() throws IOException {
            write(1, 41);
            Files.createDirectories(gen(2).resolveSibling("gen-2.tmp"));
            Files.write(gen(2).resolveSibling("gen-2.tmp").resolve("data.mdb"), new byte[100]);

            Opened opened = generations().open();

            try (Store store = opened.store()) {
                assertThat(index(store)).isEqualTo(41);
                assertThat(opened.removedDrafts()).containsExactly(gen(2).resolveSibling("gen-2.tmp"));
            }
            assertThat(names()).containsExactly("gen-1");
        }

        @Test
        void leavesNamesOfOthersAlone() throws IOException {
            Files.createDirectories(root.resolve("store/gen-0"));
            Files.createDirectories(root.resolve("store/gen-1x"));
            Files.createDirectories(root.resolve("store/lost+found"));
            write(1, 41);

            assertThat(openAndSettle()).isEqualTo(41);
            assertThat(names()).contains("gen-0", "gen-1", "gen-1x", "lost+found");
        }

        @Test
        @DisplayName("deletesNothingBeforeItIsSettled [PersistReadyWithSnapshotHoldsSnapshotMu]")
        void deletesNothingBeforeItIsSettled() {
            write(1, 41);
            write(2, 57);

            generations().open().store().close();

            assertThat(names()).containsExactly("gen-1", "gen-2");
        }
    }

    @Nested
    class Quarantining {
        @Test
        void leavesItsNumberToNobody() throws IOException {
            write(1, 41);
            Files.write(gen(1).resolve("data.mdb"), new byte[100_000]);
            var generations = generations();
            Opened doubtful = generations.open();
            assertThat(doubtful.store().openedAs()).isEqualTo(new Unknown(Doubt.ENV_CORRUPT));

            Path aside = generations.quarantine(doubtful);
            try (Store empty = generations.openNew().store()) {
                assertThat(empty.openedAs()).isEqualTo(new Fresh());
            }

            assertThat(aside).hasFileName("gen-1.quarantined-1");
            assertThat(names()).containsExactly("gen-1.quarantined-1", "gen-2");
        }
    }

    @Nested
    class Publishing {
        @Test
        void makesADraftAGenerationWhileAnotherIsInUse() {
            write(1, 41);
            var generations = generations();
            try (Store inUse = generations.open().store()) {
                Draft draft = generations.draft();
                writeInto(draft.directory(), 57);
                assertThat(draft.directory()).hasFileName("gen-2.tmp");

                Generation published = generations.publish(draft);

                assertThat(published.directory()).hasFileName("gen-2");
                assertThat(index(inUse)).isEqualTo(41);
            }
            assertThat(openAndSettle()).isEqualTo(57);
        }

        @Test
        void leavesADraftWhenItIsCutOffBeforeTheNameIsGiven() {
            write(1, 41);
            var generations = generations();
            Draft draft = generations.draft();
            writeInto(draft.directory(), 57);
            throwAt(Failpoint.INSTALL_SYNCED);

            assertThatThrownBy(() -> generations.publish(draft)).isInstanceOf(InjectedFailure.class);

            assertThat(names()).containsExactly("gen-1", "gen-2.tmp");
            assertThat(openAndSettle()).isEqualTo(41);
        }

        @Test
        void keepsTheMarkOfAnInstallBesideTheStore() {
            var generations = generations();
            Draft draft = generations.draft();
            writeInto(draft.directory(), 57);
            generations.markInstalled(draft, new Position(3, 57));

            Generation published = generations.publish(draft);

            assertThat(generations.installedAt(published)).contains(new Position(3, 57));
            assertThat(openAndSettle()).isEqualTo(57);
        }

        @Test
        void believesNoMarkThatIsMissingOrIsNotOne() throws IOException {
            write(1, 41);
            var generation = new Generation(1, gen(1));
            assertThat(generations().installedAt(generation)).isEmpty();

            for (String text : List.of("", "3:", "3:57 ", "-3:57", "3:" + "9".repeat(40))) {
                Files.writeString(gen(1).resolve("installed"), text);
                assertThat(generations().installedAt(generation)).as(text).isEmpty();
            }
        }

        @Test
        void refusesANameThatIsTaken() throws IOException {
            var generations = generations();
            Draft draft = generations.draft();
            Files.createDirectories(gen(1));

            assertThatThrownBy(() -> generations.publish(draft))
                    .isInstanceOf(StoreFailure.class)
                    .hasMessageContaining("is there already");
        }
    }

    @Nested
    class CutOff {
        /** Wherever the start ends between choosing and the last deletion, the next one ends in the same place. */
        @Test
        void startsTheSameAgain() {
            for (Failpoint point : List.of(Failpoint.INSTALL_ADOPTED, Failpoint.INSTALL_OLD_REMOVED)) {
                root = root.resolve(point.id());
                write(1, 41);
                write(2, 57);
                throwAt(point);

                assertThatThrownBy(GenerationsTest.this::openAndSettle).isInstanceOf(InjectedFailure.class);

                assertThat(openAndSettle()).as(point.id()).isEqualTo(57);
                assertThat(names()).containsExactly("gen-2");
            }
        }
    }

    @Nested
    class Looking {
        @Test
        void changesNothing() throws IOException {
            write(1, 41);
            write(2, 57);
            Files.createDirectories(root.resolve("store/gen-3.tmp"));

            Optional<Candidate> best = generations().best();

            assertThat(best.map(candidate -> candidate.generation().number())).contains(2);
            assertThat(generations().look()).hasSize(2);
            assertThat(names()).containsExactly("gen-1", "gen-2", "gen-3.tmp");
        }

        @Test
        void findsNothingWhereNothingIs() {
            assertThat(generations().best()).isEmpty();
            assertThat(root.resolve("store")).doesNotExist();
        }
    }

    private static void throwAt(Failpoint point) {
        Failpoints.arm(Map.of(point, new Failpoints.Plan(new Failpoints.Action.Throw(), 1)));
    }

    private long openAndSettle() {
        var generations = generations();
        Opened opened = generations.open();
        try (Store store = opened.store()) {
            generations.settle(opened);
            return index(store);
        }
    }

    private Generations generations() {
        return new Generations(config(root.resolve("store")));
    }

    private StoreConfig config(Path directory) {
        return new StoreConfig(directory, root.resolve("native"), 1 << 20, 1 << 20, 4, SyncMode.META_DEFERRED);
    }

    private Path gen(int number) {
        return root.resolve("store/gen-" + number);
    }

    private void write(int generation, long index) {
        writeInto(gen(generation), index);
    }

    private void writeInto(Path directory, long index) {
        try (Store store = LmdbStore.open(config(directory))) {
            WriteAt at = new Position(1, index);
            store.write(at, txn -> {
                txn.beginEntry(at, new Timestamp(index));
                return txn.put(Key.utf8("k"), Bytes.utf8("v"), Timestamp.NONE);
            });
        }
    }

    private static long index(Store store) {
        return store.meta().applied().map(Position::index).orElse(-1L);
    }

    private List<String> names() {
        try (Stream<Path> entries = Files.list(root.resolve("store"))) {
            return entries.map(path -> path.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
