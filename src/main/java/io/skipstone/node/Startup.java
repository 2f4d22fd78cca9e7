package io.skipstone.node;

import io.quarkus.runtime.Quarkus;
import io.skipstone.model.ColdStart;
import io.skipstone.model.ExitCode;
import io.skipstone.model.Failpoint;
import io.skipstone.model.Failpoints;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.StartProgress;
import io.skipstone.model.Timestamp;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/** What there is to say and do while there is no running node. */
final class Startup {
    private static final Logger LOG = Logger.getLogger(Startup.class);
    private static final ColdStart UNDECIDED = new ColdStart(
            ColdStart.Outcome.FRESH,
            "undecided",
            Optional.empty(),
            -1,
            -1,
            0,
            Timestamp.NONE,
            0,
            0,
            ColdStart.Phases.NONE);

    private Startup() {}

    static NodeStatus statusWithout(String nodeId, NodeStatus.Phase phase, StartProgress progress) {
        return new NodeStatus(
                nodeId,
                NodeStatus.NO_GROUP,
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
                UNDECIDED,
                progress);
    }

    /** Before anything else happens that could hit one; says so loudly, because no node that matters runs like this. */
    static void armFailpoints(Map<Failpoint, Failpoints.Plan> plans) {
        Failpoints.arm(plans);
        if (!plans.isEmpty()) {
            LOG.warnf("failpoints are armed, this process will fail on purpose: %s", FailpointSyntax.format(plans));
        }
    }

    /** Says why the node cannot start and ends the process, unless it ends anyway. */
    static void refuse(StartupException refused, boolean isStopping) {
        if (isStopping) {
            LOG.infof("start given up: %s", refused.getMessage());
            return;
        }
        LOG.errorf("node cannot start: %s", refused.getMessage());
        LOG.debug("cause", refused);
        exit(refused.exitCode());
    }

    static void exit(ExitCode exitCode) {
        Quarkus.asyncExit(exitCode.code());
    }
}
