package io.skipstone.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.skipstone.model.ColdStart;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.NodeStatus.Phase;
import io.skipstone.model.Position;
import io.skipstone.model.StartProgress;
import io.skipstone.model.Timestamp;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class ProbesTest {
    @Test
    void startingIsAliveButNeitherStartedNorReady() {
        NodeStatus status = status(Phase.STARTING, Optional.empty(), -1, -1);

        assertThat(ask(new LivenessProbe(() -> status))).isEqualTo(Status.UP);
        assertThat(ask(new StartupProbe(() -> status))).isEqualTo(Status.DOWN);
        assertThat(ask(new ReadinessProbe(() -> status))).isEqualTo(Status.DOWN);
    }

    @Test
    void aRestoreIsStartedAndAliveSoThatNobodyEndsItAndSaysHowFarItIs() {
        NodeStatus restoring = status(
                Phase.STARTING,
                Optional.empty(),
                -1,
                -1,
                new StartProgress(StartProgress.Phase.RESTORING, 30, 120, StartProgress.Unit.BYTES, 1_000));

        assertThat(ask(new StartupProbe(() -> restoring))).isEqualTo(Status.UP);
        assertThat(ask(new LivenessProbe(() -> restoring))).isEqualTo(Status.UP);
        HealthCheckResponse answer = new ReadinessProbe(() -> restoring).call();
        assertThat(answer.getStatus()).isEqualTo(Status.DOWN);
        assertThat(answer.getData().orElseThrow())
                .containsEntry("start", "restoring")
                .containsEntry("startDone", 30L)
                .containsEntry("startTotal", 120L)
                .containsEntry("startUnit", "bytes")
                .containsEntry("startPercent", 25L)
                .containsEntry("startEstimateMillis", 3_000L);
    }

    @Test
    void servingIsReadyOnceItHoldsWhatWasCommittedAtStartAndKnowsALeader() {
        assertThat(ready(status(Phase.SERVING, Optional.of("n1"), 7, 7))).isEqualTo(Status.UP);
        assertThat(ready(status(Phase.SERVING, Optional.of("n1"), 6, 7))).isEqualTo(Status.DOWN);
        assertThat(ready(status(Phase.SERVING, Optional.empty(), 7, 7))).isEqualTo(Status.DOWN);
    }

    @Test
    void drainingIsAliveAndStartedButTakesNothingNew() {
        NodeStatus status = status(Phase.DRAINING, Optional.of("n1"), 7, 7);

        assertThat(ask(new LivenessProbe(() -> status))).isEqualTo(Status.UP);
        assertThat(ask(new StartupProbe(() -> status))).isEqualTo(Status.UP);
        assertThat(ready(status)).isEqualTo(Status.DOWN);
    }

    @Test
    void aNodeThatStoppedInsideALivingProcessIsNotAlive() {
        NodeStatus status = status(Phase.STOPPED, Optional.empty(), 7, 7);

        assertThat(ask(new LivenessProbe(() -> status))).isEqualTo(Status.DOWN);
    }

    @Test
    void theAnswerCarriesTheFacts() {
        HealthCheckResponse answer = new ReadinessProbe(() -> status(Phase.SERVING, Optional.of("n1"), 7, 9)).call();

        assertThat(answer.getData().orElseThrow())
                .containsEntry("applied", "2:7")
                .containsEntry("committedAtStart", 9L)
                .containsEntry("leader", "n1")
                .containsEntry("coldStart", "skipped")
                .containsEntry("storeAtStart", "2:5")
                .containsEntry("logAtStart", "1..9");
    }

    private static Status ready(NodeStatus status) {
        return ask(new ReadinessProbe(() -> status));
    }

    private static Status ask(HealthCheck probe) {
        return probe.call().getStatus();
    }

    private static NodeStatus status(Phase phase, Optional<String> leader, long applied, long committedAtStart) {
        StartProgress progress =
                phase == Phase.STARTING ? StartProgress.without(StartProgress.Phase.OPENING, 3) : StartProgress.READY;
        return status(phase, leader, applied, committedAtStart, progress);
    }

    private static NodeStatus status(
            Phase phase, Optional<String> leader, long applied, long committedAtStart, StartProgress progress) {
        var coldStart = new ColdStart(
                ColdStart.Outcome.SKIPPED,
                "none",
                Optional.of(new Position(2, 5)),
                1,
                9,
                4,
                Timestamp.NONE,
                0,
                1,
                ColdStart.Phases.NONE);
        return new NodeStatus(
                "n1",
                new UUID(1, 2),
                phase,
                NodeStatus.Role.LEADER,
                2,
                leader,
                applied < 0 ? Optional.empty() : Optional.of(new Position(2, applied)),
                Optional.empty(),
                1,
                9,
                9,
                committedAtStart,
                3,
                Timestamp.NONE,
                Timestamp.NONE,
                coldStart,
                progress);
    }
}
