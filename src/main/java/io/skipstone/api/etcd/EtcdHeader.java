package io.skipstone.api.etcd;

import io.skipstone.api.etcd.v3.ResponseHeader;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;

/** The header of each answer. Any thread. */
@Singleton
class EtcdHeader {
    private final StatusSource status;

    /** The ids change at most once in the life of a process, so they are not made for each answer. */
    private volatile Ids ids;

    @Inject
    EtcdHeader(StatusSource status) {
        this.status = status;
        this.ids = Ids.of(status.status());
    }

    private record Ids(UUID groupId, String nodeId, long cluster, long member) {
        static Ids of(NodeStatus node) {
            return new Ids(
                    node.groupId(), node.nodeId(), EtcdIds.cluster(node.groupId()), EtcdIds.member(node.nodeId()));
        }

        boolean are(NodeStatus node) {
            return groupId.equals(node.groupId()) && nodeId.equals(node.nodeId());
        }
    }

    /** With the newest revision of this node's store. */
    ResponseHeader now() {
        NodeStatus node = status.status();
        return header(node, node.revision());
    }

    /**
     * With a revision that something was read at or written at.
     *
     * @param revision of the store, not of etcd's API
     */
    ResponseHeader at(long revision) {
        return header(status.status(), revision);
    }

    /** The number of this node. */
    long memberId() {
        return ids(status.status()).member();
    }

    private ResponseHeader header(NodeStatus node, long revision) {
        Ids here = ids(node);
        return ResponseHeader.newBuilder()
                .setClusterId(here.cluster())
                .setMemberId(here.member())
                .setRevision(Revisions.etcd(revision))
                .setRaftTerm(node.term())
                .build();
    }

    private Ids ids(NodeStatus node) {
        Ids known = ids;
        if (known.are(node)) {
            return known;
        }
        Ids found = Ids.of(node);
        ids = found;
        return found;
    }
}
