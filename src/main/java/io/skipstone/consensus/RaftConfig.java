package io.skipstone.consensus;

import io.skipstone.model.GroupOrigin;
import io.skipstone.model.Limits;
import io.skipstone.model.MemberId;
import io.skipstone.model.PeerAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;

/**
 * What this node is in its group.
 *
 * @param address where other members reach this node
 * @param peers as this node was told to start with; empty for one that began alone
 * @param listenHost address that the peer port is bound to
 * @param peerPort port for other members; 0 for any free one
 * @param clientAddress host and port for REST and gRPC clients, told to other members
 * @param dir where the log lies; the store lies elsewhere
 * @param applyBatchEntries most log entries in one write transaction of the store
 * @param readLease whether this node, when it leads, answers reads for a while without asking the others
 */
public record RaftConfig(
        MemberId member,
        GroupOrigin origin,
        PeerAddress address,
        List<PeerAddress> peers,
        String listenHost,
        int peerPort,
        String clientAddress,
        Path dir,
        int applyBatchEntries,
        LogBounds log,
        Limits limits,
        boolean readLease) {
    public UUID groupId() {
        return origin.groupId();
    }
}
