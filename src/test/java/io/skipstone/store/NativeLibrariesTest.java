package io.skipstone.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The engine's native libraries are loaded from a directory of ours, and are what this program brought along. */
@EnabledOnOs(OS.LINUX)
class NativeLibrariesTest {
    private static final List<String> PROPERTIES =
            List.of("lmdbjava.native.lib", "lmdbjava.extract.dir", "jffi.extract.dir", "jffi.extract.name");
    private static final FileTime LONG_AGO = FileTime.fromMillis(1_000_000);

    @TempDir
    private Path temp;

    private final Map<String, String> before = new HashMap<>();

    @BeforeEach
    void asInANewProcess() {
        PROPERTIES.forEach(name -> before.put(name, System.getProperty(name)));
        PROPERTIES.forEach(System::clearProperty);
    }

    @AfterEach
    void putBack() {
        before.forEach((name, value) -> {
            if (value == null) {
                System.clearProperty(name);
            } else {
                System.setProperty(name, value);
            }
        });
    }

    @Test
    void liveInTheirDirectoryWhichIsTheOwnersAlone() throws IOException {
        Path directory = temp.resolve("native");

        NativeLibraries.unpackInto(directory);

        assertThat(directory).isDirectoryContaining("glob:**/liblmdb.so").isDirectoryContaining("glob:**/libjffi.so");
        assertThat(Files.getPosixFilePermissions(directory)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(Path.of(System.getProperty("lmdbjava.native.lib"))).isEqualTo(directory.resolve("liblmdb.so"));
        assertThat(Path.of(System.getProperty("jffi.extract.dir"))).isEqualTo(directory);
    }

    @Test
    void areUnpackedOnce() throws IOException {
        Path lmdb = unpacked();
        Files.setLastModifiedTime(lmdb, LONG_AGO);

        startAgain(lmdb.getParent());

        assertThat(Files.getLastModifiedTime(lmdb)).isEqualTo(LONG_AGO);
        assertThat(lmdb.getParent()).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void areWrittenAnewWhereAByteDiffers() throws IOException {
        Path lmdb = unpacked();
        byte[] genuine = Files.readAllBytes(lmdb);
        byte[] changed = genuine.clone();
        changed[changed.length / 2] ^= 1;
        Files.write(lmdb, changed);

        startAgain(lmdb.getParent());

        assertThat(lmdb).hasBinaryContent(genuine);
    }

    @Test
    void areNotLoadedThroughALinkThatSomebodyPutThere() throws IOException {
        Path lmdb = unpacked();
        Path elsewhere = Files.move(lmdb, temp.resolve("elsewhere.so"));
        Files.createSymbolicLink(lmdb, elsewhere);

        startAgain(lmdb.getParent());

        assertThat(lmdb).isRegularFile();
        assertThat(Files.isSymbolicLink(lmdb)).isFalse();
    }

    @Test
    void areNotPutWhereEverybodyMayWrite() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("native"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));

        assertThatThrownBy(() -> NativeLibraries.unpackInto(directory)).hasMessageContaining("everybody may write");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void leaveNothingOfEarlierProcesses() throws IOException {
        Path directory = Files.createDirectory(temp.resolve("native"));
        Files.createFile(directory.resolve("lmdbjava-native-library-123.so"));
        Files.createFile(directory.resolve("jffi456.so"));

        NativeLibraries.unpackInto(directory);

        assertThat(Directories.entries(directory).stream()
                        .map(Path::getFileName)
                        .map(Objects::toString))
                .containsExactly("libjffi.so", "liblmdb.so");
    }

    @Test
    void areTakenFromTheFirstDirectoryOfTheProcess() throws IOException {
        NativeLibraries.unpackInto(temp.resolve("first"));

        NativeLibraries.unpackInto(temp.resolve("second"));

        assertThat(temp.resolve("second")).doesNotExist();
    }

    private Path unpacked() throws IOException {
        Path directory = temp.resolve("native");
        NativeLibraries.unpackInto(directory);
        return directory.resolve("liblmdb.so");
    }

    private static void startAgain(Path directory) throws IOException {
        PROPERTIES.forEach(System::clearProperty);
        NativeLibraries.unpackInto(directory);
    }
}
