package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skipstone.model.ExitCode;
import io.skipstone.model.GroupOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimedDirectoryTest {
    @TempDir
    private Path temp;

    @Test
    void becomesANodesDirectoryThatOpensUnderItsIdentity() {
        Path root = temp.resolve("data");
        var identity = NodeIdentity.of("n7").in(new GroupOrigin.Alone(UUID.randomUUID()));

        try (var claimed = ClaimedDirectory.empty(root, 1);
                var became = claimed.become(identity)) {
            assertThat(became.member()).isEqualTo(identity.member());
        }

        try (var opened = DataDirectory.open(root, "n7")) {
            assertThat(opened.origin()).isEqualTo(identity.origin());
        }
    }

    @Test
    void leavesNothingWhenItIsGivenUp() throws IOException {
        DirectoryImage before = DirectoryImage.of(temp);

        try (var claimed = ClaimedDirectory.empty(temp.resolve("deep/data"), 1)) {
            Files.createDirectories(claimed.store().resolve("gen-1.tmp"));
            Files.writeString(claimed.store().resolve("gen-1.tmp/data.mdb"), "half of it");
        }

        assertThat(DirectoryImage.of(temp)).isEqualTo(before);
    }

    @Test
    void leavesAnEmptyDirectoryThatWasThereEmpty() throws IOException {
        Path root = Files.createDirectory(temp.resolve("data"));

        try (var claimed = ClaimedDirectory.empty(root, 1)) {
            Files.createDirectories(claimed.store());
        }

        assertThat(root).isEmptyDirectory();
    }

    @Test
    void isNeverADirectoryWithSomethingInIt() throws IOException {
        Path root = Files.createDirectory(temp.resolve("data"));
        Files.writeString(root.resolve("letter.txt"), "dear Ada");
        DirectoryImage before = DirectoryImage.of(temp);

        var refused = catchThrowableOfType(DirectoryRefusal.class, () -> ClaimedDirectory.empty(root, 1));

        assertThat(refused).hasMessageContaining("is not empty");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.EXISTS);
        assertThat(DirectoryImage.of(temp)).isEqualTo(before);
    }

    @Test
    void needsTheRoomThatWillBeFilled() {
        Path root = temp.resolve("data");

        var refused = catchThrowableOfType(DirectoryRefusal.class, () -> ClaimedDirectory.empty(root, Long.MAX_VALUE));

        assertThat(refused.exitCode()).isEqualTo(ExitCode.DISK);
        assertThat(root).doesNotExist();
    }

    @Test
    void isClaimedByOneAtATime() {
        Path root = temp.resolve("data");

        try (var first = ClaimedDirectory.empty(root, 1)) {
            var refused = catchThrowableOfType(DirectoryRefusal.class, () -> ClaimedDirectory.empty(root, 1));
            assertThat(refused).isNotNull();
            assertThat(first.store()).doesNotExist();
        }

        assertThat(root).doesNotExist();
    }
}
