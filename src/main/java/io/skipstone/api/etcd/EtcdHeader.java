package io.skipstone.api.etcd;

import io.skipstone.api.etcd.v3.ResponseHeader;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;

/** The header of each answer. Any thread. */
@Singleton
class EtcdHeader {
    private final StatusSource status;

    /** Of a node that is in its group they stay, so they are not made for each answer. */
    private volatile Ids ids;

    @Inject
    EtcdHeader(StatusSource status) {
        this.status = status;
        this.ids = Ids.of(status.status());
    }

    private record Ids(boolean stay, long cluster, long member) {
        static Ids of(NodeStatus node) {
            return new Ids(
                    !node.groupId().equals(NodeStatus.NO_GROUP),
                    EtcdIds.cluster(node.groupId()),
                    EtcdIds.member(node.nodeId()));
        }
    }

    /** With the newest revision of this node's store. */
    ResponseHeader now() {
        return at(status.status().revision());
    }

    /**
     * With a revision that something was read at or written at.
     *
     * @param revision of the store, not of etcd's API
     */
    ResponseHeader at(long revision) {
        Ids here = ids();
        return ResponseHeader.newBuilder()
                .setClusterId(here.cluster())
                .setMemberId(here.member())
                .setRevision(Revisions.etcd(revision))
                .setRaftTerm(status.term())
                .build();
    }

    /** The number of this node. */
    long memberId() {
        return ids().member();
    }

    private Ids ids() {
        Ids known = ids;
        if (known.stay()) {
            return known;
        }
        Ids found = Ids.of(status.status());
        ids = found;
        return found;
    }
}
