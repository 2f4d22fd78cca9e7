package io.skipstone.health;

import io.skipstone.model.ColdStart;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.Position;
import io.skipstone.model.StartProgress;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;

/** The facts in a probe's answer: what an operator would ask next. */
final class Facts {
    private Facts() {}

    static HealthCheckResponseBuilder of(HealthCheckResponseBuilder answer, NodeStatus status) {
        ColdStart start = status.coldStart();
        progress(answer, status.progress());
        return answer.withData("node", status.nodeId())
                .withData("phase", status.phase().name())
                .withData("role", status.role().name())
                .withData("term", status.term())
                .withData("leader", status.leader().orElse("unknown"))
                .withData("applied", text(status.applied()))
                .withData("pinned", text(status.pinned()))
                .withData("committed", status.committed())
                .withData("committedAtStart", status.committedAtStart())
                .withData("coldStart", outcome(status))
                .withData("coldStartReason", start.reason())
                .withData("storeAtStart", text(start.have()))
                .withData("logAtStart", start.logStart() + ".." + start.logEnd())
                .withData("hlcCeiling", start.hlcCeiling().bits())
                .withData("cutover", start.cutover());
    }

    /** Only what is known: a phase that counts nothing has no percent. */
    private static void progress(HealthCheckResponseBuilder answer, StartProgress progress) {
        answer.withData("start", progress.phase().name().toLowerCase(Locale.ROOT));
        if (progress.total() > 0) {
            answer.withData("startDone", progress.done())
                    .withData("startTotal", progress.total())
                    .withData("startUnit", progress.unit().name().toLowerCase(Locale.ROOT));
        }
        progress.percent().ifPresent(percent -> answer.withData("startPercent", percent));
        progress.estimateMillis().ifPresent(millis -> answer.withData("startEstimateMillis", millis));
    }

    /** While the node starts, the gate has not decided yet. */
    private static String outcome(NodeStatus status) {
        boolean decided = status.phase() != NodeStatus.Phase.STARTING;
        return decided ? status.coldStart().outcome().name().toLowerCase(Locale.ROOT) : "undecided";
    }

    private static String text(Optional<Position> position) {
        return position.map(Position::toString).orElse("none");
    }
}
