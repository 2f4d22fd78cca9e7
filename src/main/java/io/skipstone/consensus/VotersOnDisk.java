package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.snapshot.Voters;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Whether a stopped node has the only vote of its group. The store keeps the configuration that it applied last, Ratis the one that it
 * handed down last, which may be a later one: the node is alone only if all that is known says so. What cannot be read says that it is not.
 */
final class VotersOnDisk {
    private VotersOnDisk() {}

    /**
     * What the two say together.
     *
     * @param self this node, as Ratis names it
     * @param ofStore as in the store's meta record; empty if the store does not know
     * @param ratisFile {@code raft-meta.conf}, whether it is there or not
     * @param formed when neither says anything: as the group was when this directory came to it
     */
    static Voters of(String self, Bytes ofStore, Path ratisFile, Voters formed) throws IOException {
        List<Bytes> known = Stream.concat(
                        Stream.of(ofStore).filter(bytes -> !bytes.isEmpty()), read(ratisFile).stream())
                .toList();
        if (known.isEmpty()) {
            return formed;
        }
        return known.stream().allMatch(configuration -> isOnlyVoter(self, configuration)) ? Voters.ONE : Voters.SEVERAL;
    }

    /** Empty if there is no file; nobody's configuration if it is damaged. */
    private static Optional<Bytes> read(Path file) throws IOException {
        try {
            byte[] entry = Files.readAllBytes(file);
            return Optional.of(Bytes.wrap(
                    LogEntryProto.parseFrom(entry).getConfigurationEntry().toByteArray()));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (InvalidProtocolBufferException damage) {
            return Optional.of(Bytes.EMPTY);
        }
    }

    private static boolean isOnlyVoter(String self, Bytes configuration) {
        try {
            Members members = Members.of(configuration);
            return members.isSettled()
                    && members.peers().size() == 1
                    && members.peers().stream()
                            .allMatch(voter -> voter.getId().toStringUtf8().equals(self));
        } catch (InvariantViolation unknown) {
            return false;
        }
    }
}
