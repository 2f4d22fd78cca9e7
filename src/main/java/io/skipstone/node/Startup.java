package io.skipstone.node;

import io.quarkus.runtime.Quarkus;
import io.skipstone.model.ColdStart;
import io.skipstone.model.ExitCode;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import java.util.UUID;

/** What there is to say and do while there is no running node. */
final class Startup {
    private static final UUID NO_GROUP = new UUID(0, 0);
    private static final ColdStart UNDECIDED = new ColdStart(
            ColdStart.Outcome.FRESH, "undecided", Optional.empty(), -1, -1, 0, Timestamp.NONE, 0, 0, 0, 0);

    private Startup() {}

    static NodeStatus statusWithout(String nodeId, NodeStatus.Phase phase) {
        return new NodeStatus(
                nodeId,
                NO_GROUP,
                phase,
                NodeStatus.Role.NONE,
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                -1,
                -1,
                -1,
                -1,
                0,
                Timestamp.NONE,
                Timestamp.NONE,
                UNDECIDED);
    }

    static void exit(ExitCode exitCode) {
        Quarkus.asyncExit(exitCode.code());
    }
}
