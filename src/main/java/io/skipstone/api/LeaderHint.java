package io.skipstone.api;

import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Tells a client that was turned away which other node may serve it. */
@Singleton
public class LeaderHint {
    private final StatusSource status;
    private final ClientAddresses addresses;

    @Inject
    LeaderHint(StatusSource status, ClientAddresses addresses) {
        this.status = status;
        this.addresses = addresses;
    }

    /**
     * Another node that leads.
     *
     * @param client where its REST and gRPC port is, if this node has heard
     */
    public record Leader(String nodeId, Optional<String> client) {}

    /** The leader, if the refusal is about this node and another node leads. */
    public Optional<Leader> elsewhere(Refusal refusal) {
        if (refusal.kind() != ErrorMapping.NOT_READY && refusal.kind() != ErrorMapping.OUTCOME_UNKNOWN) {
            return Optional.empty();
        }
        NodeStatus now = status.status();
        return now.leader()
                .filter(leader -> !leader.equals(now.nodeId()))
                .map(leader -> new Leader(leader, addresses.of(leader)));
    }
}
