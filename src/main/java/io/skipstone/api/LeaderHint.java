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

    @Inject
    LeaderHint(StatusSource status) {
        this.status = status;
    }

    /** The leader, if the refusal is about this node and another node leads. */
    public Optional<String> elsewhere(Refusal refusal) {
        if (refusal.kind() != ErrorMapping.NOT_READY && refusal.kind() != ErrorMapping.OUTCOME_UNKNOWN) {
            return Optional.empty();
        }
        NodeStatus now = status.status();
        return now.leader().filter(leader -> !leader.equals(now.nodeId()));
    }
}
