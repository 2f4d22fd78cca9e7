package io.skipstone.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void nameADirectoryThatDoesNotExist() {
        root = temp.resolve("data");
    }

    @Test
    void keepsItsGroupAcrossOpenings() {
        var groupId = openAndClose("n1");

        assertThat(openAndClose("n1")).isEqualTo(groupId);
    }

    @Test
    void refusesAnotherNode() {
        openAndClose("n1");

        assertThatThrownBy(() -> DataDirectory.open(root, "n2"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("belongs to node n1, this node is n2");
    }

    @Test
    void refusesASecondUser() {
        try (DataDirectory first = DataDirectory.open(root, "n1")) {
            assertThatThrownBy(() -> DataDirectory.open(root, "n1"))
                    .isInstanceOf(StartupException.class)
                    .hasMessageContaining("is in use by another process");
            assertThat(first.groupId()).isNotNull();
        }
    }

    @Test
    void refusesADamagedIdentityAndLetsGoOfTheLock() throws IOException {
        openAndClose("n1");
        Path identity = root.resolve("node.json");
        String intact = Files.readString(identity);
        Files.writeString(identity, "{\"format\":1");

        assertThatThrownBy(() -> DataDirectory.open(root, "n1"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("is damaged");

        Files.writeString(identity, intact);
        assertThat(openAndClose("n1")).isNotNull();
    }

    @Test
    void refusesAFormatOfAnotherVersion() throws IOException {
        openAndClose("n1");
        Path identity = root.resolve("node.json");
        Files.writeString(identity, Files.readString(identity).replace("\"format\" : 1", "\"format\" : 9"));

        assertThatThrownBy(() -> DataDirectory.open(root, "n1"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("has format 9, this version knows format 1");
    }

    @Test
    void refusesDataWithoutAnOwner() throws IOException {
        Files.createDirectories(root.resolve("store"));

        assertThatThrownBy(() -> DataDirectory.open(root, "n1"))
                .isInstanceOf(StartupException.class)
                .hasMessageContaining("holds data but no node.json");
    }

    private UUID openAndClose(String nodeId) {
        try (DataDirectory directory = DataDirectory.open(root, nodeId)) {
            return directory.groupId();
        }
    }
}
