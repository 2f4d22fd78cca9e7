package org.apache.ratis.util;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Term and vote are kept when the disk refuses new ones. */
class AtomicFileOutputStreamTest {
    /** A device that cannot be forced. */
    private static final Path FULL = Path.of("/dev/full");

    @TempDir
    private Path dir;

    private Path file;
    private File draft;

    @BeforeEach
    void aFileWithAVote() throws IOException {
        file = dir.resolve("raft-meta");
        draft = AtomicFileOutputStream.getTemporaryFile(file.toFile());
        Files.writeString(file, "term=3");
    }

    @Test
    void replacesTheFileByWhatWasWritten() throws IOException {
        persist("term=4");

        assertThat(file).hasContent("term=4");
        assertThat(draft).doesNotExist();
    }

    @Test
    void beginsAFile() throws IOException {
        Files.delete(file);

        persist("term=1");

        assertThat(file).hasContent("term=1");
    }

    @Test
    void takesTheLeftoverOfACrash() throws IOException {
        Files.writeString(draft.toPath(), "a longer leftover");

        persist("term=4");

        assertThat(file).hasContent("term=4");
    }

    @Test
    void keepsTheFileWhenAWriteFails() throws IOException {
        try (var stream = new AtomicFileOutputStream(file.toFile())) {
            stream.write("term=".getBytes(StandardCharsets.UTF_8));
            assertThatThrownBy(() -> stream.write(new byte[1], 0, 2)).isInstanceOf(IndexOutOfBoundsException.class);
            stream.write("4".getBytes(StandardCharsets.UTF_8));
        }

        assertThat(file).hasContent("term=3");
        assertThat(draft).doesNotExist();
    }

    @Test
    void keepsTheFileWhenTheDraftCannotBeForced() throws IOException {
        assumeTrue(Files.isWritable(FULL), "no /dev/full here");
        Files.createSymbolicLink(draft.toPath(), FULL);
        var stream = new AtomicFileOutputStream(file.toFile());

        assertThatThrownBy(stream::close).isInstanceOf(IOException.class);

        assertThat(file).isRegularFile().hasContent("term=3");
        assertThat(draft).doesNotExist();
    }

    @Test
    void keepsTheFileWhenItIsGivenUp() throws IOException {
        try (var stream = new AtomicFileOutputStream(file.toFile())) {
            stream.write("term=4".getBytes(StandardCharsets.UTF_8));
            stream.abort();
            assertThat(stream.isClosed()).isTrue();
        }

        assertThat(file).hasContent("term=3");
        assertThat(draft).doesNotExist();
    }

    /** As Ratis does it: the writers around the stream close it whether they could write or not. */
    private void persist(String text) throws IOException {
        try (var out = new BufferedWriter(
                new OutputStreamWriter(new AtomicFileOutputStream(file.toFile()), StandardCharsets.UTF_8))) {
            out.write(text);
        }
    }
}
