package io.skipstone.consensus;

import com.google.protobuf.ByteString;
import io.skipstone.command.CommandCodec;
import io.skipstone.consensus.peer.PeerMethods;
import io.skipstone.consensus.peer.wire.PeerProto.Greeting;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** How nodes introduce themselves to each other. */
final class Greetings {
    private static final int UUID_BYTES = 16;

    /** Of nodes that do not say. */
    private static final int FIRST_LOG_VERSION = 1;

    private static final String REMEDY = "run the same version of skipstone on all nodes";

    private Greetings() {}

    static Greeting of(MemberId self, List<PeerAddress> peers) {
        var greeting = Greeting.newBuilder()
                .setNodeId(self.nodeId())
                .setIncarnation(self.incarnation())
                .setProtocol(PeerMethods.PROTOCOL);
        peers.forEach(peer -> greeting.addPeers(peer.toString()));
        return greeting.build();
    }

    /** To be completed with the group, once there is one. */
    static Introduction.Builder introduce(MemberId self, List<PeerAddress> peers, String clientAddress) {
        var answer = Introduction.newBuilder()
                .setNodeId(self.nodeId())
                .setIncarnation(self.incarnation())
                .setProtocol(PeerMethods.PROTOCOL)
                .setLogVersion(CommandCodec.VERSION)
                .setClientAddress(clientAddress);
        peers.forEach(peer -> answer.addPeers(peer.toString()));
        return answer;
    }

    /** Why the node that gives this answer cannot be in one group with this one; empty if their versions go together. */
    static Optional<String> misfit(Introduction answer) {
        int logVersion = answer.getLogVersion() == 0 ? FIRST_LOG_VERSION : answer.getLogVersion();
        if (answer.getProtocol() != PeerMethods.PROTOCOL) {
            return Optional.of("speaks version " + answer.getProtocol() + " of the peer protocol, this one version "
                    + PeerMethods.PROTOCOL + "; " + REMEDY);
        }
        return logVersion == CommandCodec.VERSION
                ? Optional.empty()
                : Optional.of("writes version " + logVersion + " of the log, this one version " + CommandCodec.VERSION
                        + "; " + REMEDY);
    }

    static ByteString bytes(UUID group) {
        return ByteString.copyFrom(ByteBuffer.allocate(UUID_BYTES)
                .putLong(group.getMostSignificantBits())
                .putLong(group.getLeastSignificantBits())
                .flip());
    }
}
