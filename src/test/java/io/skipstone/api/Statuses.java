package io.skipstone.api;

import io.skipstone.model.ColdStart;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.StartProgress;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import java.util.UUID;

/** What a node may know of itself, for tests that need a role. */
public final class Statuses {
    private static final ColdStart FRESH = new ColdStart(
            ColdStart.Outcome.FRESH, "none", Optional.empty(), -1, -1, 0, Timestamp.NONE, 0, 1, ColdStart.Phases.NONE);

    private Statuses() {}

    /** Node n1, serving. */
    public static NodeStatus of(NodeStatus.Role role, Optional<String> leader) {
        return new NodeStatus(
                "n1",
                new UUID(1, 2),
                NodeStatus.Phase.SERVING,
                role,
                7,
                leader,
                Optional.empty(),
                Optional.empty(),
                0,
                900,
                900,
                0,
                1,
                Timestamp.NONE,
                Timestamp.NONE,
                FRESH,
                StartProgress.READY);
    }
}
