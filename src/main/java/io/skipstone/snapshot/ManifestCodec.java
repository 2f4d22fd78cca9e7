package io.skipstone.snapshot;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.Position;
import io.skipstone.model.Timestamp;
import io.skipstone.snapshot.ArtifactException.Kind;
import io.skipstone.snapshot.file.ArtifactProto;
import java.nio.ByteBuffer;
import java.util.UUID;

/** The protobuf message of {@link Manifest}; docs/formats.md. */
final class ManifestCodec {
    /** Longest chunk that is read: it is held in memory. */
    static final int MAX_CHUNK_BYTES = 16 << 20;

    private static final int UUID_BYTES = 16;

    private ManifestCodec() {}

    static byte[] encode(Manifest manifest) {
        Manifest.Contents contents = manifest.contents();
        Manifest.Data data = manifest.data();
        Manifest.Origin origin = manifest.origin();
        return ArtifactProto.Manifest.newBuilder()
                .setGroupId(bytesOf(contents.groupId()))
                .setTerm(contents.applied().term())
                .setIndex(contents.applied().index())
                .setRevision(contents.revision())
                .setLastCommitTs(contents.lastCommitTs().bits())
                .setHlcCeiling(contents.hlcCeiling().bits())
                .setCutover(contents.cutover())
                .setGcFloor(contents.gcFloor().bits())
                .setConfiguration(ByteString.copyFrom(contents.configuration().array()))
                .setStoreFormat(data.storeFormat())
                .setPageBytes(data.pageBytes())
                .setLengthBytes(data.lengthBytes())
                .setChunkBytes(data.chunkBytes())
                .setChecksums(ByteString.copyFrom(data.checksums().array()))
                .setNodeId(origin.nodeId())
                .setVersion(origin.version())
                .setMadeAtMillis(origin.madeAtMillis())
                .build()
                .toByteArray();
    }

    /** Throws {@link ArtifactException} unless every field is known and makes sense. */
    static Manifest decode(byte[] encoded, String name) {
        try {
            var message = ArtifactProto.Manifest.parseFrom(encoded);
            if (!message.getUnknownFields().asMap().isEmpty()) {
                throw new ArtifactException(
                        Kind.NEWER_FORMAT,
                        name
                                + " says more than this version understands; use the version that made it, or a newer one");
            }
            return decode(message, name);
        } catch (InvalidProtocolBufferException | InvariantViolation senseless) {
            throw new ArtifactException(
                    Kind.DAMAGED, name + " has a manifest that makes no sense; make or fetch it again", senseless);
        }
    }

    private static Manifest decode(ArtifactProto.Manifest message, String name) {
        if (message.getGroupId().size() != UUID_BYTES || message.getChunkBytes() > MAX_CHUNK_BYTES) {
            throw new ArtifactException(
                    Kind.DAMAGED, name + " has a manifest with a field of a wrong size; make or fetch it again");
        }
        return new Manifest(
                new Manifest.Contents(
                        uuidOf(message.getGroupId()),
                        new Position(message.getTerm(), message.getIndex()),
                        message.getRevision(),
                        new Timestamp(message.getLastCommitTs()),
                        new Timestamp(message.getHlcCeiling()),
                        message.getCutover(),
                        new Timestamp(message.getGcFloor()),
                        Bytes.wrap(message.getConfiguration().toByteArray())),
                new Manifest.Data(
                        message.getStoreFormat(),
                        message.getPageBytes(),
                        message.getLengthBytes(),
                        message.getChunkBytes(),
                        Bytes.wrap(message.getChecksums().toByteArray())),
                new Manifest.Origin(message.getNodeId(), message.getVersion(), message.getMadeAtMillis()));
    }

    private static ByteString bytesOf(UUID id) {
        return ByteString.copyFrom(ByteBuffer.allocate(UUID_BYTES)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .flip());
    }

    private static UUID uuidOf(ByteString bytes) {
        ByteBuffer both = bytes.asReadOnlyByteBuffer();
        return new UUID(both.getLong(), both.getLong());
    }
}
