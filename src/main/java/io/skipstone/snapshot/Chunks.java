package io.skipstone.snapshot;

import io.skipstone.model.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/** The pieces in which an artifact's data is checked and sent. */
final class Chunks {
    static final int STANDARD_BYTES = 1 << 20;

    private Chunks() {}

    /** CRC32C over the number and the bytes: chunks that changed places are found too. */
    static int checksum(int number, ByteBuffer bytes) {
        var crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    static boolean matches(Manifest.Data data, int number, ByteBuffer bytes) {
        int expected = ByteBuffer.wrap(data.checksums().array()).getInt(number * Integer.BYTES);
        return bytes.remaining() == data.chunkLength(number) && checksum(number, bytes) == expected;
    }

    /** Reads a file once and returns the checksums of its chunks. */
    static Bytes checksums(FileChannel file, long lengthBytes, int chunkBytes, CopyProgress progress)
            throws IOException {
        var checksums = ByteBuffer.allocate(Math.toIntExact(((lengthBytes - 1) / chunkBytes + 1) * Integer.BYTES));
        ByteBuffer chunk = ByteBuffer.allocateDirect(chunkBytes);
        long at = 0;
        for (int number = 0; checksums.hasRemaining(); number++) {
            ArtifactFrame.readFully(file, chunk.clear(), at);
            at += chunk.position();
            checksums.putInt(checksum(number, chunk.flip()));
            progress.at(at, lengthBytes);
        }
        if (at != lengthBytes) {
            throw new IOException("a file of " + lengthBytes + " bytes ended after " + at);
        }
        return Bytes.wrap(checksums.array());
    }
}
