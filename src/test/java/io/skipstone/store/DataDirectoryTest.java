package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.skipstone.model.ExitCode;
import io.skipstone.model.GroupOrigin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @TempDir
    private Path temp;

    private Path root;

    @BeforeEach
    void nameADirectoryThatDoesNotExist() {
        root = temp.resolve("deep/data");
    }

    @Nested
    class Opens {
        @Test
        void aNewDirectoryAndKeepsItsGroup() {
            var groupId = openAndClose("n1");

            assertThat(openAndClose("n1")).isEqualTo(groupId);
        }

        @Test
        void aDirectoryThatLacksTheLockFileOnly() throws IOException {
            var groupId = openAndClose("n1");
            Files.delete(root.resolve("LOCK"));

            assertThat(openAndClose("n1")).isEqualTo(groupId);
        }

        @Test
        void aFileSystemOfItsOwnWithWhatMkfsLeaves() throws IOException {
            Files.createDirectories(root.resolve("lost+found"));

            assertThat(openAndClose("n1")).isNotNull();
        }
    }

    /** Each with its exit code, and nothing is changed. */
    @Nested
    class Refuses {
        @Test
        void anotherNode() throws IOException {
            openAndClose("n1");

            assertRefused("n2", ExitCode.WRONG_OWNER, "belongs to node n1, this node is n2");
        }

        @Test
        void aSecondUser() throws IOException {
            try (DataDirectory first = DataDirectory.open(root, "n1")) {
                assertRefused("n1", ExitCode.IN_USE, "is in use by another process");
                assertThat(first.member().nodeId()).isEqualTo("n1");
            }
        }

        @Test
        void aDamagedIdentityUntilItIsMended() throws IOException {
            var groupId = openAndClose("n1");
            String intact = Files.readString(identity());

            for (String damage : new String[] {
                "",
                "{\"format\":2",
                "[]",
                "{\"format\":3}",
                intact.replace("\"format\" : 3", "\"format\" : \"3\""),
                intact.replace(groupId.toString(), "who knows"),
                intact.replace("nodeId", "nodeIe")
            }) {
                Files.writeString(identity(), damage);
                assertRefused("n1", ExitCode.DAMAGED, "is damaged");
            }

            Files.writeString(identity(), intact);
            assertThat(openAndClose("n1")).isEqualTo(groupId);
        }

        @Test
        void anOlderAndANewerFormat() throws IOException {
            openAndClose("n1");
            String intact = Files.readString(identity());

            for (String format : new String[] {"1", "2", "4", "99999999999999999999"}) {
                Files.writeString(identity(), intact.replace("\"format\" : 3", "\"format\" : " + format));
                assertRefused("n1", ExitCode.FORMAT, "has format " + format + ", this version knows format 3");
            }
        }

        @Test
        void aNewerFormatWhoseOtherFieldsItDoesNotKnow() throws IOException {
            Files.createDirectories(root);
            Files.writeString(identity(), "{\"format\":7,\"owner\":{}}");

            assertRefused("n1", ExitCode.FORMAT, "has format 7");
        }

        @Test
        void dataWithoutAnOwner() throws IOException {
            for (String name : new String[] {"store", "raft"}) {
                Path data = Files.createDirectories(root.resolve(name));
                assertRefused("n1", ExitCode.DAMAGED, "holds data (" + name + ") but no node.json");
                Files.delete(data);
            }
        }

        @Test
        void aPlaceThatIsNoDirectory() throws IOException {
            Files.writeString(temp.resolve("deep"), "a file");

            assertRefused("n1", ExitCode.USAGE, "is no directory");
        }

        @Test
        void aDirectoryThatItMayNotWrite() throws IOException {
            openAndClose("n1");
            Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("r-xr-xr-x"));

            assertRefused(
                    Mounted.withoutPrivileges(OpenDirectory.class, root.toString()),
                    ExitCode.NOT_PERMITTED,
                    "this user may not read or write there");
        }

        @Test
        void aParentInWhichItMayNotMakeOne() throws IOException {
            Path parent = Files.createDirectories(root.getParent());
            Files.setPosixFilePermissions(parent, PosixFilePermissions.fromString("r-xr-xr-x"));

            assertRefused(
                    Mounted.withoutPrivileges(OpenDirectory.class, root.toString()),
                    ExitCode.NOT_PERMITTED,
                    "this user may not read or write there");
        }

        @Test
        void aReadOnlyFileSystem() throws IOException {
            Path parent = Files.createDirectories(root.getParent());

            assertRefused(
                    Mounted.run(
                            parent,
                            64 * 1024,
                            "mkdir " + root + " && mount -o remount,ro " + parent,
                            OpenDirectory.class,
                            root.toString()),
                    ExitCode.NOT_PERMITTED,
                    "the file system is mounted read-only");
        }

        @Test
        void aFullDisk() throws IOException {
            Path parent = Files.createDirectories(root.getParent());

            assertRefused(
                    Mounted.run(parent, 64, "mkdir " + root, OpenDirectory.class, root.toString()),
                    ExitCode.DISK,
                    "the disk is full; make room");
        }

        @Test
        void aDiskThatFillsUpWhileTheDirectoryIsMade() throws IOException {
            Path parent = Files.createDirectories(root.getParent());

            // Room for the mount point, data and LOCK, and not for a fourth file.
            assertRefused(
                    Mounted.run(
                            parent,
                            64 * 1024,
                            "mount -o remount,nr_inodes=3 " + parent,
                            OpenDirectory.class,
                            root.toString()),
                    ExitCode.DISK,
                    "the disk is full; make room");
        }
    }

    private Path identity() {
        return root.resolve("node.json");
    }

    private UUID openAndClose(String nodeId) {
        try (DataDirectory directory = DataDirectory.open(root, nodeId)) {
            if (directory.origin().isEmpty()) {
                directory.belongTo(new GroupOrigin.Alone(UUID.randomUUID()));
            }
            return directory.groupId();
        }
    }

    private void assertRefused(String nodeId, ExitCode exitCode, String says) throws IOException {
        DirectoryImage before = DirectoryImage.of(temp);

        var refused = catchThrowableOfType(DirectoryRefusal.class, () -> DataDirectory.open(root, nodeId));

        assertThat(refused).hasMessageContaining(says).hasMessageContaining(root.toString());
        assertThat(refused.getMessage()).doesNotContain("\n");
        assertThat(refused.exitCode()).isEqualTo(exitCode);
        assertThat(DirectoryImage.of(temp)).isEqualTo(before);
    }

    private static void assertRefused(Mounted opened, ExitCode exitCode, String says) {
        assertThat(opened.printed()).contains(says).contains("nothing changed");
        assertThat(opened.exitCode()).isEqualTo(exitCode.code());
    }
}
