package io.skipstone.snapshot;

import io.skipstone.snapshot.ArtifactException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32C;

/**
 * What stands before the data: magic, format version, length of the manifest, the manifest, and a CRC32C over all of that.
 *
 * <p>In every format version the frame begins and ends so. That tells one from the future, whose checksum is right, from a damaged
 * one.
 */
final class ArtifactFrame {
    /** {@code SKIP}. */
    static final int MAGIC = 0x534B_4950;

    static final int FORMAT_VERSION = 1;

    /** Magic, format version, length of the manifest. */
    static final int HEAD_BYTES = 12;

    static final int CRC_BYTES = 4;

    /** Longest manifest that is read: of 16 TiB in chunks of 1 MiB. */
    static final int MAX_MANIFEST_BYTES = 65 << 20;

    private ArtifactFrame() {}

    static byte[] encode(Manifest manifest) {
        return encode(FORMAT_VERSION, ManifestCodec.encode(manifest));
    }

    static byte[] encode(int formatVersion, byte[] manifest) {
        var frame = ByteBuffer.allocate(HEAD_BYTES + manifest.length + CRC_BYTES)
                .putInt(MAGIC)
                .putInt(formatVersion)
                .putInt(manifest.length)
                .put(manifest);
        return frame.putInt(crc(frame.array())).array();
    }

    /** CRC32C over all but the last four bytes. */
    private static int crc(byte[] frame) {
        var crc = new CRC32C();
        crc.update(frame, 0, frame.length - CRC_BYTES);
        return (int) crc.getValue();
    }

    /** The checksum at the end: no two artifacts of one position share it but by chance. */
    static int checksum(byte[] frame) {
        return ByteBuffer.wrap(frame).getInt(frame.length - CRC_BYTES);
    }

    /** Reads the frame at the beginning of a file, and checks its checksum and version; the manifest is not looked at. */
    static byte[] read(FileChannel file, String name) throws IOException {
        ByteBuffer head = ByteBuffer.allocate(HEAD_BYTES);
        readFully(file, head, 0);
        checkMagic(head, name);
        if (head.hasRemaining()) {
            throw truncated(name);
        }
        int manifestBytes = head.getInt(8);
        if (manifestBytes < 0 || manifestBytes > MAX_MANIFEST_BYTES) {
            throw damaged(name);
        }
        if (file.size() < HEAD_BYTES + manifestBytes + CRC_BYTES) {
            throw truncated(name);
        }
        ByteBuffer frame = ByteBuffer.allocate(HEAD_BYTES + manifestBytes + CRC_BYTES);
        readFully(file, frame, 0);
        if (frame.hasRemaining()) {
            throw truncated(name);
        }
        if (crc(frame.array()) != checksum(frame.array())) {
            throw damaged(name);
        }
        checkVersion(head.getInt(4), name);
        return frame.array();
    }

    /** A whole frame that came in one piece; checks it as {@link #read} does. */
    static byte[] checked(byte[] frame, String name) {
        var head = ByteBuffer.wrap(frame, 0, Math.min(frame.length, HEAD_BYTES));
        head.position(head.limit());
        checkMagic(head, name);
        if (frame.length < HEAD_BYTES + CRC_BYTES) {
            throw truncated(name);
        }
        if (ByteBuffer.wrap(frame).getInt(8) != frame.length - HEAD_BYTES - CRC_BYTES
                || crc(frame) != checksum(frame)) {
            throw damaged(name);
        }
        checkVersion(ByteBuffer.wrap(frame).getInt(4), name);
        return frame;
    }

    static Manifest manifest(byte[] frame, String name) {
        var manifest = new byte[frame.length - HEAD_BYTES - CRC_BYTES];
        System.arraycopy(frame, HEAD_BYTES, manifest, 0, manifest.length);
        return ManifestCodec.decode(manifest, name);
    }

    /** What there is of the magic must be right, so that a short file is called short and another file another. */
    private static void checkMagic(ByteBuffer head, String name) {
        byte[] magic = ByteBuffer.allocate(Integer.BYTES).putInt(MAGIC).array();
        for (int i = 0; i < Math.min(magic.length, head.position()); i++) {
            if (head.get(i) != magic[i]) {
                throw new ArtifactException(
                        Kind.NOT_AN_ARTIFACT, name + " is not an artifact of Skipstone; give the file that was saved");
            }
        }
    }

    private static void checkVersion(int version, String name) {
        if (version > FORMAT_VERSION) {
            throw new ArtifactException(
                    Kind.NEWER_FORMAT,
                    name + " has format " + version + ", this version reads format " + FORMAT_VERSION
                            + "; use the version that made it, or a newer one");
        }
        if (version < FORMAT_VERSION) {
            throw new ArtifactException(
                    Kind.OLDER_FORMAT,
                    name + " has format " + version + ", this version reads format " + FORMAT_VERSION
                            + "; use the version that made it, or make a new one");
        }
    }

    private static ArtifactException truncated(String name) {
        return new ArtifactException(Kind.TRUNCATED, name + " ends inside its manifest; make or fetch it again");
    }

    private static ArtifactException damaged(String name) {
        return new ArtifactException(
                Kind.DAMAGED, name + " has a damaged manifest (its checksum is wrong); make or fetch it again");
    }

    /** Fills the buffer, or stops at the end of the file. */
    static void readFully(FileChannel file, ByteBuffer into, long position) throws IOException {
        long at = position;
        while (into.hasRemaining()) {
            int read = file.read(into, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }
}
