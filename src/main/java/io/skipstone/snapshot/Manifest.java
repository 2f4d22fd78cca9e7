package io.skipstone.snapshot;

import io.skipstone.model.Bytes;
import io.skipstone.model.Invariants;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.store.StoreMeta;
import java.util.Optional;
import java.util.UUID;

/**
 * What an artifact says of itself, ahead of its data: all that a receiver needs to take it in piece by piece, and to refuse it.
 *
 * @param contents what the copied store says of itself; compared with the copy before it is adopted
 * @param data how the bytes of the copy are cut and checked
 * @param origin who made it and when: for people, nothing depends on it
 */
public record Manifest(Contents contents, Data data, Origin origin) {
    /**
     * Reads what {@link Artifact#frame} gave, from afar.
     *
     * @param source what is said to be damaged, if it is
     * @throws ArtifactException it is damaged, or of a format that is not read here
     */
    public static Manifest ofFrame(byte[] frame, String source) {
        return ArtifactFrame.manifest(ArtifactFrame.checked(frame, source), source);
    }

    /** Where the copied store stands, read from the copy itself. */
    public record Contents(
            UUID groupId,
            Position applied,
            long revision,
            Timestamp lastCommitTs,
            Timestamp hlcCeiling,
            long cutover,
            Timestamp gcFloor,
            Bytes configuration) {
        /** Empty if the store belongs to no group yet or never took an entry. */
        public static Optional<Contents> of(StoreMeta meta) {
            return meta.applied().flatMap(applied -> meta.groupId()
                    .map(group -> new Contents(
                            group,
                            applied,
                            meta.revision(),
                            meta.lastCommitTs(),
                            meta.hlcCeiling(),
                            meta.cutover(),
                            meta.gcFloor(),
                            meta.configuration())));
        }
    }

    /**
     * The bytes behind the manifest: one LMDB file, cut into chunks of equal length, the last one shorter.
     *
     * @param storeFormat format version of the store's meta record
     * @param pageBytes LMDB's page size where it was made
     * @param lengthBytes length of the LMDB file
     * @param chunkBytes length of every chunk but the last
     * @param checksums CRC32C (4) of each chunk's number and bytes, in order
     */
    public record Data(int storeFormat, int pageBytes, long lengthBytes, int chunkBytes, Bytes checksums) {
        public Data {
            Invariants.check(pageBytes > 0, "page size below one: {}", pageBytes);
            Invariants.check(chunkBytes > 0, "chunk size below one: {}", chunkBytes);
            Invariants.check(lengthBytes > 0, "data length below one: {}", lengthBytes);
            long chunks = (lengthBytes - 1) / chunkBytes + 1;
            Invariants.check(
                    checksums.length() == chunks * Integer.BYTES,
                    "{} bytes of checksums for {} chunks",
                    checksums.length(),
                    chunks);
        }

        public int chunkCount() {
            return checksums.length() / Integer.BYTES;
        }

        /** Length of one chunk, from 0. */
        public int chunkLength(int chunk) {
            return (int) Math.min(chunkBytes, lengthBytes - offsetOf(chunk));
        }

        /** Where a chunk begins in the data, from 0. */
        public long offsetOf(int chunk) {
            return (long) chunk * chunkBytes;
        }
    }

    /** Information only. */
    public record Origin(String nodeId, String version, long madeAtMillis) {}
}
