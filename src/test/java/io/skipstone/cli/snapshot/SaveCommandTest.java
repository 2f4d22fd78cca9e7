package io.skipstone.cli.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.LONG;

import io.skipstone.cli.CliRun;
import io.skipstone.cli.RunCli;
import io.skipstone.cli.snapshot.SnapshotServer.Fault;
import io.skipstone.model.ExitCode;
import io.skipstone.store.Mounted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SaveCommandTest {
    private static SnapshotFile snapshot;

    @TempDir
    private Path dir;

    @BeforeAll
    static void makeASnapshot(@TempDir Path scratch) throws IOException {
        snapshot = SnapshotFile.make(scratch);
    }

    @Nested
    class Saves {
        @Test
        void theWholeFile() throws IOException {
            try (var server = new SnapshotServer(snapshot)) {
                var run = save(server);

                assertThat(run.exitCode()).as(run.err()).isZero();
                assertThat(run.out()).contains("saved revision " + SnapshotFile.INDEX);
                assertSaved();
                assertThat(server.fetchedFrom()).containsExactly(0L);
            }
        }

        @Test
        void goingOnWhereTheConnectionBroke() throws IOException {
            int inTheFrame = snapshot.frameBytes() / 2;
            int inTheSecondChunk = snapshot.frameBytes() + snapshot.chunkBytes() + 17;
            int beforeTheFourth = snapshot.frameBytes() + 3 * snapshot.chunkBytes();
            try (var server = new SnapshotServer(
                    snapshot,
                    new Fault.BrokenAt(inTheFrame),
                    new Fault.BrokenAt(inTheSecondChunk),
                    new Fault.BrokenAt(beforeTheFourth))) {
                var run = save(server);

                assertThat(run.exitCode()).as(run.err()).isZero();
                assertSaved();
                // A connection that breaks may take bytes with it that had arrived: how far each fetch came is not
                // certain.
                assertThat(server.fetchedFrom())
                        .hasSize(4)
                        .startsWith(0L, 0L)
                        .isSorted()
                        .allMatch(from -> from == 0 || (from - snapshot.frameBytes()) % snapshot.chunkBytes() == 0)
                        .last(LONG)
                        .isGreaterThan(snapshot.frameBytes());
            }
        }

        @Test
        void askingAgainForWhatCameDamaged() throws IOException {
            try (var server = new SnapshotServer(
                    snapshot,
                    new Fault.TippedAt(snapshot.frameBytes() / 2),
                    new Fault.TippedAt(snapshot.frameBytes() + snapshot.chunkBytes() + 17))) {
                var run = save(server);

                assertThat(run.exitCode()).as(run.err()).isZero();
                assertSaved();
            }
        }

        @Test
        void waitingForANodeThatIsBusy() throws IOException {
            try (var server = new SnapshotServer(snapshot, new Fault.Answers(503, "not_ready", true))) {
                assertThat(save(server).exitCode()).isZero();
                assertSaved();
            }
        }

        @Test
        void overAnotherFileOnlyWhenForced() throws IOException {
            Files.writeString(file(), "the backup of yesterday");
            try (var server = new SnapshotServer(snapshot)) {
                var refused = save(server);
                assertThat(refused.exitCode()).isEqualTo(ExitCode.EXISTS.code());
                assertThat(refused.err()).contains("exists; give another name, or --force");
                assertThat(file()).hasContent("the backup of yesterday");

                assertThat(save(server, "--force").exitCode()).isZero();
                assertSaved();
            }
        }
    }

    @Nested
    class LeavesNothing {
        @Test
        void ofASnapshotThatStaysDamaged() throws IOException {
            var fault = new Fault.TippedAt(snapshot.frameBytes() + snapshot.chunkBytes() + 17);
            try (var server = new SnapshotServer(snapshot, fault, fault, fault)) {
                assertFailed(save(server), ExitCode.DAMAGED.code(), "damaged chunk 1");
            }
        }

        @Test
        void ofASnapshotThatTheNodeForgot() throws IOException {
            try (var server = new SnapshotServer(
                    snapshot,
                    new Fault.BrokenAt(snapshot.frameBytes() + 17),
                    new Fault.Answers(404, "snapshot_not_found", false))) {
                assertFailed(save(server), 3, "snapshot_not_found");
            }
        }

        @Test
        void whenNobodyAnswers() throws IOException {
            assertFailed(
                    CliRun.of("snapshot", "save", file().toString(), "--endpoint", "ftp://nobody"), 2, "--endpoint");
        }

        @Test
        void whereThereIsNoDirectory() throws IOException {
            try (var server = new SnapshotServer(snapshot)) {
                var run = CliRun.of(
                        "snapshot",
                        "save",
                        dir.resolve("missing/backup.skip").toString(),
                        "--endpoint",
                        server.endpoint());

                assertFailed(run, ExitCode.NO_INPUT.code(), "name a file in a directory that is there");
            }
        }

        @Test
        void onAFullDisk() throws IOException {
            try (var server = new SnapshotServer(snapshot)) {
                Mounted run = Mounted.run(
                        dir,
                        1024,
                        "true",
                        RunCli.class,
                        "snapshot",
                        "save",
                        file().toString(),
                        "--endpoint",
                        server.endpoint());

                assertThat(run.printed()).contains("make room");
                assertThat(run.exitCode()).isEqualTo(ExitCode.DISK.code());
            }
        }

        @Test
        void inPlaceOfAnOlderFileThatWasToBeReplaced() throws IOException {
            Files.writeString(file(), "the backup of yesterday");
            try (var server = new SnapshotServer(snapshot, new Fault.Answers(404, "snapshot_not_found", false))) {
                assertThat(save(server, "--force").exitCode()).isEqualTo(3);
            }

            assertThat(file()).hasContent("the backup of yesterday");
            assertThat(dir).isDirectoryNotContaining("glob:**.part");
        }

        private void assertFailed(CliRun run, int exitCode, String says) {
            assertThat(run.err()).contains(says);
            assertThat(run.exitCode()).isEqualTo(exitCode);
            assertThat(dir).isEmptyDirectory();
        }
    }

    private Path file() {
        return dir.resolve("backup.skip");
    }

    private CliRun save(SnapshotServer server, String... more) {
        var command = new ArrayList<>(List.of("snapshot", "save", file().toString(), "--endpoint", server.endpoint()));
        command.addAll(List.of(more));
        return CliRun.of(command.toArray(String[]::new));
    }

    private void assertSaved() throws IOException {
        assertThat(Files.readAllBytes(file())).isEqualTo(snapshot.bytes());
        assertThat(dir).isDirectoryNotContaining("glob:**.part");
    }
}
