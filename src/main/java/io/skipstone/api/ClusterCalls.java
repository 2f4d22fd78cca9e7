package io.skipstone.api;

import io.skipstone.consensus.Cluster;
import io.skipstone.model.Membership;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.PeerAddress;
import io.skipstone.model.SkipstoneException.BadRequest;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The way of every look at the group, and of every change of it, from either door. */
@Singleton
public class ClusterCalls {
    private static final Predicate<String> NODE_ID =
            Pattern.compile("[A-Za-z0-9_-]{1,64}").asMatchPredicate();

    private final Cluster cluster;
    private final StatusSource status;

    @Inject
    public ClusterCalls(Cluster cluster, StatusSource status) {
        this.cluster = cluster;
        this.status = status;
    }

    /**
     * What stepping down came to.
     *
     * @param ledBefore false: this node had nothing to hand over
     */
    public record SteppedDown(boolean ledBefore, Membership group) {}

    public CompletionStage<Membership> members() {
        return cluster.members();
    }

    /** Takes a member as {@code skipstone.peers} writes one: {@code n4=host:2380}. */
    public CompletionStage<Membership> add(String member) {
        return cluster.add(address(member));
    }

    public CompletionStage<Membership> promote(String nodeId) {
        return cluster.promote(checked(nodeId));
    }

    public CompletionStage<Membership> remove(String nodeId) {
        return cluster.remove(checked(nodeId));
    }

    /** Hands the lead over, whoever has it; empty: to whichever member has caught up. */
    public CompletionStage<Membership> transferLeadership(Optional<String> to) {
        return cluster.transferLeadership(to.map(ClusterCalls::checked));
    }

    /** This node gives up the lead, if it has it: what a node does before it is stopped. */
    public CompletionStage<SteppedDown> stepDown() {
        if (status.status().role() != NodeStatus.Role.LEADER) {
            return cluster.members().thenApply(group -> new SteppedDown(false, group));
        }
        return cluster.transferLeadership(Optional.empty()).thenApply(group -> new SteppedDown(true, group));
    }

    private static PeerAddress address(String member) {
        try {
            return PeerAddress.parse(member);
        } catch (IllegalArgumentException malformed) {
            throw new BadRequest("bad_member", String.valueOf(malformed.getMessage()));
        }
    }

    private static String checked(String nodeId) {
        if (!NODE_ID.test(nodeId)) {
            throw new BadRequest("bad_node_id", "a node id has 1 to 64 letters, digits, - and _");
        }
        return nodeId;
    }
}
