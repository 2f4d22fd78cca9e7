package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.InvariantViolation;
import io.skipstone.model.MemberId;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.ratis.proto.RaftProtos.RaftConfigurationProto;
import org.apache.ratis.proto.RaftProtos.RaftPeerProto;
import org.apache.ratis.thirdparty.com.google.protobuf.InvalidProtocolBufferException;

/**
 * Who is in the group: ids, addresses, priorities and roles, in no order.
 *
 * @param isSettled false while a change is half done, in Raft's joint configuration of the old and the new members
 */
record Members(Set<RaftPeerProto> peers, Set<RaftPeerProto> listeners, boolean isSettled) {
    Members(List<RaftPeerProto> peers, List<RaftPeerProto> listeners, boolean isSettled) {
        this(Set.copyOf(peers), Set.copyOf(listeners), isSettled);
    }

    /** As Ratis writes a configuration into the log; nobody if it is empty. */
    static Members of(Bytes configuration) {
        try {
            var proto = RaftConfigurationProto.parseFrom(configuration.array());
            return new Members(
                    proto.getPeersList(),
                    proto.getListenersList(),
                    proto.getOldPeersCount() == 0 && proto.getOldListenersCount() == 0);
        } catch (InvalidProtocolBufferException unknown) {
            throw new InvariantViolation("a configuration in the log is none of Ratis': " + unknown.getMessage());
        }
    }

    /**
     * Whether this is what a membership change ended with. Each new leader logs the configuration once more, and a new group begins
     * with one: neither changes who is in it. The joint configuration before is only the half of a change.
     */
    boolean completesAChangeOf(Members before) {
        return isSettled && !equals(before) && !before.peers.isEmpty();
    }

    /** Whether it is one of them, with a vote or without. */
    boolean include(MemberId member) {
        return Stream.concat(peers.stream(), listeners.stream())
                .anyMatch(peer -> peer.getId().toStringUtf8().equals(member.toString()));
    }
}
