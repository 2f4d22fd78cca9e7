package io.skipstone.powerloss;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.Bytes;
import io.skipstone.powerloss.Trace.Op;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a disk may have lost, and what it may not. */
class SimulatedDiskTest {
    private static final int FILE = 1;
    private static final int DIRECTORY = 2;
    private static final int PAGE = SimulatedFile.PAGE_BYTES;
    private static final int CRASHES = 300;

    private static Op.Write write(long offset, String text) {
        return new Op.Write(FILE, offset, Bytes.utf8(text));
    }

    /** What is found under this name, over many crashes behind the last record; "-" for nothing. */
    private static Set<String> found(String name, Op... ops) {
        var disk = new SimulatedDisk(new Trace(List.of(ops)));
        Arrays.stream(ops).forEach(_ -> disk.advance());
        var found = new TreeSet<String>();
        for (int seed = 0; seed < CRASHES; seed++) {
            byte[] content = disk.crash(new Random(seed)).files().get(name);
            found.add(content == null ? "-" : new String(content, StandardCharsets.UTF_8).replace("\0", ""));
        }
        return found;
    }

    private static final Op MADE = new Op.Create(FILE, "a");
    private static final Op NAMED = new Op.SyncEnd(DIRECTORY, 2);

    /** A file whose name is durable, then these; the first has the number 4. */
    private static Set<String> foundInAFile(Op... ops) {
        var all = new ArrayList<Op>(
                List.of(MADE, new Op.OpenDirectory(DIRECTORY, ""), new Op.SyncBegin(DIRECTORY), NAMED));
        all.addAll(List.of(ops));
        return found("a", all.toArray(Op[]::new));
    }

    @Nested
    class Writes {
        @Test
        void mayBeLostUntilTheyAreSynced() {
            assertThat(foundInAFile(write(0, "x"))).containsExactly("", "x");
            assertThat(foundInAFile(write(0, "x"), new Op.SyncBegin(FILE))).containsExactly("", "x");
            assertThat(foundInAFile(write(0, "x"), new Op.SyncBegin(FILE), new Op.SyncEnd(FILE, 5)))
                    .containsExactly("x");
        }

        @Test
        void areNotCoveredByASyncThatBeganBefore() {
            assertThat(foundInAFile(new Op.SyncBegin(FILE), write(0, "x"), new Op.SyncEnd(FILE, 4)))
                    .containsExactly("", "x");
        }

        @Test
        void surviveInAnyOrderInDifferentPages() {
            assertThat(foundInAFile(write(0, "x"), write(PAGE, "y"))).containsExactly("", "x", "xy", "y");
        }

        @Test
        void surviveInTheirOrderInOnePage() {
            assertThat(foundInAFile(write(0, "x"), write(1, "y"))).containsExactly("", "x", "xy");
        }

        @Test
        void areDurableWithODsyncAndLeaveOthersOpen() {
            assertThat(foundInAFile(write(0, "x"), write(PAGE, "y"), new Op.Durable(FILE, 5)))
                    .containsExactly("xy", "y");
        }

        @Test
        void areTornBetweenSectorsOnly() {
            String sectors = "x".repeat(512) + "y".repeat(512);

            Set<String> found = foundInAFile(write(0, sectors));

            assertThat(found).contains("", sectors, "x".repeat(512), "y".repeat(512));
            assertThat(found).allMatch(content -> content.length() % 512 == 0);
        }
    }

    @Nested
    class Lengths {
        @Test
        void ofAFileThatIsCutMayBeTheOldOne() {
            assertThat(foundInAFile(
                            write(0, "xy"), new Op.SyncBegin(FILE), new Op.SyncEnd(FILE, 5), new Op.Truncate(FILE, 1)))
                    .containsExactly("x", "xy");
        }

        @Test
        void doNotComeBackWithWhatWasCutOff() {
            assertThat(foundInAFile(
                            write(0, "xy"),
                            new Op.Truncate(FILE, 0),
                            new Op.Truncate(FILE, 2),
                            new Op.SyncBegin(FILE),
                            new Op.SyncEnd(FILE, 7)))
                    .containsExactly("");
        }
    }

    @Nested
    class Names {
        @Test
        void areOldOrNewUntilTheirDirectoryIsSynced() {
            Op[] renamed = {
                MADE,
                write(0, "x"),
                new Op.SyncBegin(FILE),
                new Op.SyncEnd(FILE, 2),
                new Op.OpenDirectory(DIRECTORY, ""),
                new Op.Rename("a", "b"),
                new Op.SyncBegin(DIRECTORY),
                new Op.SyncEnd(DIRECTORY, 6)
            };

            assertThat(found("a", Arrays.copyOf(renamed, 6))).containsExactly("-", "x");
            assertThat(found("b", Arrays.copyOf(renamed, 6))).containsExactly("-", "x");
            assertThat(found("b", renamed)).containsExactly("x");
        }

        @Test
        void ofAFileAreDurableWhenTheFileIsSynced() {
            Op[] made = {MADE, write(0, "x"), new Op.SyncBegin(FILE), new Op.SyncEnd(FILE, 2)};

            assertThat(found("a", Arrays.copyOf(made, 2))).containsExactly("", "-", "x");
            assertThat(found("a", made)).containsExactly("x");
        }

        @Test
        void areLostFromTheLastOneOn() {
            Op[] two = {MADE, new Op.Create(3, "b")};

            var disk = new SimulatedDisk(new Trace(List.of(two)));
            disk.advance();
            disk.advance();

            for (int seed = 0; seed < CRASHES; seed++) {
                Set<String> names = disk.crash(new Random(seed)).files().keySet();
                assertThat(names).isIn(Set.of(), Set.of("a"), Set.of("a", "b"));
            }
        }
    }
}
