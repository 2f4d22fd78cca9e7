package io.skipstone.snapshot;

import io.skipstone.snapshot.ArtifactException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A copied store with its manifest, open for reading: a {@code *.skip} file, or one made here and kept as a directory. Both read as
 * the same bytes: the frame with the manifest, then the data (docs/formats.md).
 *
 * <p>Any thread. Every method fails with {@link ArtifactException}.
 */
public final class Artifact implements AutoCloseable {
    /** Ending of the files that hold an artifact. */
    public static final String FILE_ENDING = ".skip";

    private final Path path;
    private final byte[] frame;
    private final Manifest manifest;
    private final FileChannel data;

    /** Where the data begins in its file. */
    private final long dataOffset;

    private Artifact(Path path, byte[] frame, FileChannel data, long dataOffset) {
        this.path = path;
        this.frame = frame;
        this.manifest = ArtifactFrame.manifest(frame, path.toString());
        this.data = data;
        this.dataOffset = dataOffset;
    }

    /**
     * Opens it, checks the frame with the manifest, and that the length is what the manifest says. The data is not read: see {@link
     * #verify} and {@link #chunk}.
     *
     * @param path a {@code *.skip} file (any name will do), or a directory made by {@link ArtifactMaker}
     */
    public static Artifact open(Path path) {
        return ArtifactIo.reading(path, () -> Files.isDirectory(path) ? openMade(path) : openFile(path));
    }

    private static Artifact openMade(Path directory) throws IOException {
        byte[] frame;
        try (FileChannel file = FileChannel.open(directory.resolve(MadeDirectory.MANIFEST), StandardOpenOption.READ)) {
            frame = ArtifactFrame.read(file, directory.toString());
        }
        return open(
                directory, frame, FileChannel.open(directory.resolve(MadeDirectory.DATA), StandardOpenOption.READ), 0);
    }

    private static Artifact openFile(Path path) throws IOException {
        FileChannel file = FileChannel.open(path, StandardOpenOption.READ);
        try {
            byte[] frame = ArtifactFrame.read(file, path.toString());
            return open(path, frame, file, frame.length);
        } catch (RuntimeException | IOException e) {
            file.close();
            throw e;
        }
    }

    private static Artifact open(Path path, byte[] frame, FileChannel data, long dataOffset) throws IOException {
        try {
            var artifact = new Artifact(path, frame, data, dataOffset);
            artifact.checkLength();
            return artifact;
        } catch (RuntimeException | IOException e) {
            data.close();
            throw e;
        }
    }

    private void checkLength() throws IOException {
        long have = data.size() - dataOffset;
        long expected = manifest.data().lengthBytes();
        if (have < expected) {
            throw truncated(have);
        }
        if (have > expected && dataOffset + have != Seal.sealedBytes(lengthBytes())) {
            throw new ArtifactException(
                    Kind.DAMAGED, path + " has " + (have - expected) + " bytes behind its end; make or fetch it again");
        }
    }

    private ArtifactException truncated(long haveBytes) {
        return new ArtifactException(
                Kind.TRUNCATED,
                path + " ends after " + haveBytes + " of " + manifest.data().lengthBytes()
                        + " bytes of data; make or fetch it again");
    }

    /** What {@link #open} could open in {@code artifact/}: files that end in {@code .skip} and whole ones made here, sorted by name. */
    public static List<Path> listIn(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        return ArtifactIo.reading(directory, () -> {
            try (Stream<Path> entries = Files.list(directory)) {
                return entries.filter(Artifact::isOne).sorted().toList();
            }
        });
    }

    private static boolean isOne(Path path) {
        return path.getFileName().toString().endsWith(FILE_ENDING) || MadeDirectory.isWhole(path);
    }

    /** The same for the same artifact, wherever it is; safe in URLs and headers ({@code 41-0a1b2c3d}). */
    public String id() {
        long index = manifest.contents().applied().index();
        return String.format(Locale.ROOT, "%d-%08x", index, ArtifactFrame.checksum(frame));
    }

    public Manifest manifest() {
        return manifest;
    }

    /** The manifest as it stands before the data, with its checksum; {@link Manifest#ofFrame} reads it. */
    public byte[] frame() {
        return frame.clone();
    }

    /** Length of the whole, frame and data: what a {@code *.skip} file of it has. */
    public long lengthBytes() {
        return frame.length + manifest.data().lengthBytes();
    }

    /** Length of the frame: the data begins there. */
    public int frameBytes() {
        return frame.length;
    }

    /**
     * Reads bytes of the whole at a position, as they are; fills the buffer unless the end comes first.
     *
     * @return bytes read, -1 at the end
     */
    public int read(long position, ByteBuffer into) {
        if (position >= lengthBytes()) {
            return -1;
        }
        int before = into.position();
        if (position < frame.length) {
            int at = (int) position;
            into.put(frame, at, Math.min(into.remaining(), frame.length - at));
        }
        long dataPosition = position + (into.position() - before) - frame.length;
        return ArtifactIo.reading(path, () -> {
            readData(into, dataPosition);
            return into.position() - before;
        });
    }

    /** Reads no further than the data goes, even if the file has become longer. */
    private void readData(ByteBuffer into, long position) throws IOException {
        int limit = into.limit();
        long left = manifest.data().lengthBytes() - position;
        try {
            into.limit((int) Math.min(limit, into.position() + left));
            ArtifactFrame.readFully(data, into, dataOffset + position);
        } finally {
            into.limit(limit);
        }
    }

    /** One chunk of the data, from 0, checked against the manifest. */
    public byte[] chunk(int number) {
        ByteBuffer chunk = ByteBuffer.allocate(manifest.data().chunkLength(number));
        readChunk(number, chunk);
        return chunk.array();
    }

    /** As {@link #chunk}, into a buffer with that much room, which is ready to be read afterwards. */
    void readChunk(int number, ByteBuffer into) {
        long from = manifest.data().offsetOf(number);
        var _ = ArtifactIo.reading(path, () -> {
            readData(into, from);
            return number;
        });
        if (into.position() < manifest.data().chunkLength(number)) {
            throw truncated(from + into.position());
        }
        if (!Chunks.matches(manifest.data(), number, into.flip())) {
            throw new ArtifactException(
                    Kind.DAMAGED,
                    path + " is damaged in chunk " + number + " (bytes " + from + " to " + (from + into.limit())
                            + " of the data); make or fetch it again",
                    number,
                    null);
        }
    }

    /** Reads all of it and checks every chunk. */
    public void verify(CopyProgress progress) {
        Manifest.Data layout = manifest.data();
        ByteBuffer chunk = ByteBuffer.allocateDirect(layout.chunkBytes());
        for (int number = 0; number < layout.chunkCount(); number++) {
            readChunk(number, chunk.clear().limit(layout.chunkLength(number)));
            progress.at(layout.offsetOf(number) + layout.chunkLength(number), layout.lengthBytes());
        }
    }

    @Override
    public void close() {
        var _ = ArtifactIo.reading(path, () -> {
            data.close();
            return path;
        });
    }
}
