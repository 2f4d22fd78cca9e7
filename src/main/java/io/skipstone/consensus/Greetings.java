package io.skipstone.consensus;

import com.google.protobuf.ByteString;
import io.skipstone.consensus.peer.PeerMethods;
import io.skipstone.consensus.peer.wire.PeerProto.Greeting;
import io.skipstone.consensus.peer.wire.PeerProto.Introduction;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;

/** How nodes introduce themselves to each other. */
final class Greetings {
    private static final int UUID_BYTES = 16;

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
                .setClientAddress(clientAddress);
        peers.forEach(peer -> answer.addPeers(peer.toString()));
        return answer;
    }

    static ByteString bytes(UUID group) {
        return ByteString.copyFrom(ByteBuffer.allocate(UUID_BYTES)
                .putLong(group.getMostSignificantBits())
                .putLong(group.getLeastSignificantBits())
                .flip());
    }
}
