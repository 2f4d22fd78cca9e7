package io.skipstone.snapshot;

import io.skipstone.snapshot.ArtifactException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * A {@code *.skip} file that comes in from afar, in order: first the frame, then chunk after chunk, each checked before it counts. Cut
 * off anywhere, it goes on at {@link #nextByte}.
 *
 * <p>One thread at a time. Every method fails with {@link ArtifactException}.
 */
public final class ArtifactReceiver implements AutoCloseable {
    private final Path path;
    private final String source;
    private final FileChannel file;
    private Optional<Manifest> manifest = Optional.empty();
    private long nextByte;
    private int nextChunk;

    private ArtifactReceiver(Path path, String source, FileChannel file) {
        this.path = path;
        this.source = source;
        this.file = file;
    }

    /**
     * Begins; what was in the file is gone.
     *
     * @param source what is said to be damaged, if it is
     */
    public static ArtifactReceiver create(Path path, String source) {
        return ArtifactIo.writing(path, () -> {
            FileChannel file = FileChannel.open(
                    path,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            return new ArtifactReceiver(path, source, file);
        });
    }

    /** Where the stream has to go on: so much of the file is there and right. */
    public long nextByte() {
        return nextByte;
    }

    /** Known once the frame is there. */
    public Optional<Manifest> manifest() {
        return manifest;
    }

    public boolean isComplete() {
        return manifest.isPresent() && nextChunk == manifest.get().data().chunkCount();
    }

    /**
     * Takes the next part, the frame or one chunk, from a stream that stands at {@link #nextByte}.
     *
     * @throws IOException the stream failed or ended
     * @throws ArtifactException what came is not what it should be, or cannot be written; the part is asked for again, or never
     */
    public void receiveNext(InputStream stream) throws IOException {
        if (manifest.isEmpty()) {
            receiveFrame(stream);
        } else {
            receiveChunk(stream, manifest.get().data());
        }
    }

    private void receiveFrame(InputStream stream) throws IOException {
        byte[] head = exactly(stream, ArtifactFrame.HEAD_BYTES);
        write(head, 0);
        int rest = ByteBuffer.wrap(head).getInt(8) + ArtifactFrame.CRC_BYTES;
        if (rest > 0 && rest <= ArtifactFrame.MAX_MANIFEST_BYTES + ArtifactFrame.CRC_BYTES) {
            write(exactly(stream, rest), head.length);
        }
        byte[] frame = ArtifactIo.writing(path, () -> ArtifactFrame.read(file, source));
        manifest = Optional.of(ArtifactFrame.manifest(frame, source));
        nextByte = frame.length;
    }

    private void receiveChunk(InputStream stream, Manifest.Data data) throws IOException {
        byte[] chunk = exactly(stream, data.chunkLength(nextChunk));
        if (!Chunks.matches(data, nextChunk, ByteBuffer.wrap(chunk))) {
            throw new ArtifactException(
                    Kind.DAMAGED,
                    source + " has a damaged chunk " + nextChunk + " of " + data.chunkCount()
                            + " (its checksum is wrong); make it again",
                    nextChunk,
                    null);
        }
        write(chunk, nextByte);
        nextByte += chunk.length;
        nextChunk++;
    }

    private static byte[] exactly(InputStream stream, int length) throws IOException {
        byte[] bytes = stream.readNBytes(length);
        if (bytes.length < length) {
            throw new IOException("the stream ended early");
        }
        return bytes;
    }

    private void write(byte[] bytes, long position) {
        var _ = ArtifactIo.writing(path, () -> {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                file.write(left, position + left.position());
            }
            return path;
        });
    }

    /** Makes the whole file durable, under the name it has. */
    public void sync() {
        var _ = ArtifactIo.writing(path, () -> {
            file.force(true);
            return path;
        });
    }

    @Override
    public void close() {
        var _ = ArtifactIo.writing(path, () -> {
            file.close();
            return path;
        });
    }
}
