package io.skipstone.cli.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.CliRun;
import io.skipstone.cli.RunCli;
import io.skipstone.cli.client.Json;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Position;
import io.skipstone.store.DataDirectory;
import io.skipstone.store.DirectoryImage;
import io.skipstone.store.Generations;
import io.skipstone.store.Mounted;
import io.skipstone.store.StoreConfig;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestoreCommandTest {
    private static SnapshotFile snapshot;

    @TempDir
    private Path dir;

    private Path file;
    private Path target;

    @BeforeAll
    static void makeASnapshot(@TempDir Path scratch) throws IOException {
        snapshot = SnapshotFile.make(scratch);
    }

    @BeforeEach
    void nameAFileAndADirectory() throws IOException {
        file = snapshot.in(dir.resolve("backup.skip"));
        target = dir.resolve("new/data");
    }

    @Test
    void statusShowsWhatAFileHolds() throws IOException {
        var run = CliRun.of("snapshot", "status", file.toString(), "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode status = Json.parse(run.out().getBytes(StandardCharsets.UTF_8));
        assertThat(status.path("applied").path("term").asLong()).isEqualTo(3);
        assertThat(status.path("applied").path("index").asLong()).isEqualTo(SnapshotFile.INDEX);
        assertThat(status.path("revision").asLong()).isEqualTo(SnapshotFile.INDEX);
        assertThat(status.path("groupId").asText()).isEqualTo(SnapshotFile.GROUP.toString());
        assertThat(status.path("lastCommitTime").asText()).isEqualTo("1970-01-01T00:00:01.009Z");
        assertThat(status.path("lengthBytes").asLong()).isEqualTo(Files.size(file));
        assertThat(status.path("made").path("nodeId").asText()).isEqualTo("n7");
        assertThat(CliRun.of("snapshot", "status", file.toString()).out()).containsPattern("applied +3:9");
    }

    @Test
    void statusOfNoFile() {
        assertThat(CliRun.of("snapshot", "status", dir.resolve("none").toString())
                        .exitCode())
                .isEqualTo(ExitCode.NO_INPUT.code());
    }

    @Test
    void makesTheDirectoryOfANewNodeInANewGroup() {
        var run = restore();

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("start it: skipstone run --data-dir=" + target + " --node-id=n3");
        try (var opened = DataDirectory.open(target, "n3");
                var store = new Generations(StoreConfig.of(opened.store(), dir.resolve("native")))
                        .open()
                        .store()) {
            assertThat(opened.groupId()).isNotEqualTo(SnapshotFile.GROUP);
            assertThat(store.meta().groupId()).contains(opened.groupId());
            assertThat(store.meta().applied()).contains(new Position(0, SnapshotFile.INDEX));
            assertThat(store.meta().revision()).isEqualTo(SnapshotFile.INDEX);
        }
    }

    @Test
    void fillsADirectoryThatIsEmpty() throws IOException {
        Files.createDirectories(target);

        assertThat(restore().exitCode()).isZero();
        assertThat(target.resolve("store/gen-1/data.mdb")).isRegularFile();
    }

    @Test
    void neverTouchesADirectoryWithSomethingInIt() throws IOException {
        Files.createDirectories(target);
        Files.writeString(target.resolve("letter.txt"), "dear Ada");
        DirectoryImage before = DirectoryImage.of(dir);

        var run = restore();

        assertThat(run.exitCode()).isEqualTo(ExitCode.EXISTS.code());
        assertThat(run.err()).contains("is not empty");
        assertThat(DirectoryImage.of(dir)).isEqualTo(before);
    }

    @Test
    void neverTouchesTheDirectoryOfARestoreBefore() throws IOException {
        assertThat(restore().exitCode()).isZero();
        DirectoryImage before = DirectoryImage.of(dir);

        assertThat(restore().exitCode()).isEqualTo(ExitCode.EXISTS.code());
        assertThat(DirectoryImage.of(dir)).isEqualTo(before);
    }

    @Test
    void leavesNothingOnAFullDisk() throws IOException {
        Path small = Files.createDirectory(dir.resolve("small"));

        Mounted run = Mounted.run(
                small,
                2048,
                "true",
                RunCli.class,
                "snapshot",
                "restore",
                file.toString(),
                "--data-dir",
                small.resolve("data").toString());

        assertThat(run.exitCode()).as(run.printed()).isEqualTo(ExitCode.DISK.code());
        assertThat(run.printed()).contains("the disk is full; make room");
    }

    @Test
    void wantsANameThatANodeMayHave() {
        var run = CliRun.of(
                "snapshot", "restore", file.toString(), "--data-dir", target.toString(), "--node-id", "no spaces");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(target.getParent()).doesNotExist();
    }

    private CliRun restore() {
        return CliRun.of("snapshot", "restore", file.toString(), "--data-dir", target.toString(), "--node-id", "n3");
    }
}
