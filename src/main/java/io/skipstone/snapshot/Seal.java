package io.skipstone.snapshot;

import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * What a client of etcd's API finds behind an artifact that it was sent: zeroes up to a multiple of 512 bytes, then SHA-256 over the artifact.
 * Such a client keeps no file whose length says that there is none. A file with a seal is read as one without: the artifact has checksums of its
 * own.
 */
public final class Seal {
    private static final int BLOCK_BYTES = 512;
    private static final int SHA256_BYTES = 32;

    private Seal() {}

    /**
     * The seal of an artifact.
     *
     * @param artifactBytes its whole length
     * @param sha256 over all of it; ended by this
     */
    public static byte[] of(long artifactBytes, MessageDigest sha256) {
        int sealBytes = (int) (sealedBytes(artifactBytes) - artifactBytes);
        byte[] seal = new byte[sealBytes];
        ByteBuffer.wrap(seal).position(sealBytes - SHA256_BYTES).put(sha256.digest());
        return seal;
    }

    /** The length of both together. */
    public static long sealedBytes(long artifactBytes) {
        return Math.ceilDiv(artifactBytes, BLOCK_BYTES) * BLOCK_BYTES + SHA256_BYTES;
    }
}
