package io.skipstone.process;

import io.skipstone.Preloaded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/** The disk of one server process, which fails when a test wants it to ({@code src/test/c/faulty_disk.c}). */
public final class FaultyDisk {
    private final Path library;
    private final Path file;

    private FaultyDisk(Path library, Path file) {
        this.library = library;
        this.file = file;
    }

    /** What fails. */
    public enum Call {
        WRITE('w'),
        SYNC('s');

        private final char code;

        Call(char code) {
            this.code = code;
        }
    }

    /** How it fails: as Linux numbers it. */
    public enum Trouble {
        EIO(5),
        ENOSPC(28);

        private final int number;

        Trouble(int number) {
            this.number = number;
        }
    }

    /** In which files. */
    public enum Where {
        LOG('l'),
        STORE('s'),
        VOTE('v');

        private final char code;

        Where(char code) {
            this.code = code;
        }
    }

    /** A disk without faults. The library is compiled into the directory. */
    public static FaultyDisk in(Path directory) throws IOException {
        Files.createDirectories(directory);
        var disk = new FaultyDisk(Preloaded.compile("faulty_disk", directory), directory.resolve("fault"));
        disk.write(new byte[] {0, 0, 0}, StandardOpenOption.CREATE);
        return disk;
    }

    /** For the environment of the server. */
    public Map<String, String> environment() {
        return Map.of("LD_PRELOAD", library.toString(), "FAULTY_DISK_FILE", file.toString());
    }

    public void fails(Call call, Trouble trouble, Where where) throws IOException {
        write(new byte[] {(byte) call.code, (byte) trouble.number, (byte) where.code}, StandardOpenOption.WRITE);
    }

    public void isRepaired() throws IOException {
        write(new byte[] {0, 0, 0}, StandardOpenOption.WRITE);
    }

    /** In place: running processes have mapped the file. */
    private void write(byte[] bytes, StandardOpenOption how) throws IOException {
        Files.write(file, bytes, StandardOpenOption.WRITE, how);
    }
}
