package io.skipstone.cli.cluster;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.terminal.Terminal;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Whether to wait until a learner has caught up. */
final class WaitOptions {
    private static final int MAX_WAIT_SECONDS = 86_400;

    @Option(names = "--wait", description = "Wait until it has the log up to where it ends now.")
    private boolean wait;

    @Option(
            names = "--wait-seconds",
            paramLabel = "N",
            defaultValue = "3600",
            description = "Longest wait (default: ${DEFAULT-VALUE}).")
    private int waitSeconds;

    /** Returns when it has caught up, or at once if nobody wants to wait. */
    void await(Group group, String nodeId, Terminal terminal) {
        if (waitSeconds < 1 || waitSeconds > MAX_WAIT_SECONDS) {
            throw new CliFailure(CliFailure.USAGE, "--wait-seconds lies between 1 and " + MAX_WAIT_SECONDS);
        }
        if (wait) {
            new CatchUp(group, nodeId, Duration.ofSeconds(waitSeconds)).await(terminal);
        }
    }
}
