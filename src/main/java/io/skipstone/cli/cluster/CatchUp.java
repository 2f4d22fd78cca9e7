package io.skipstone.cli.cluster;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Pause;
import io.skipstone.cli.terminal.Progress;
import io.skipstone.cli.terminal.Terminal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Waits until a member has the log up to where it ended when the wait began. */
final class CatchUp {
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);

    private final Group group;
    private final String nodeId;
    private final Duration longest;

    CatchUp(Group group, String nodeId, Duration longest) {
        this.group = group;
        this.nodeId = nodeId;
        this.longest = longest;
    }

    /** Throws {@link CliFailure} when it is no member any more, or time is over. */
    void await(Terminal terminal) {
        var progress = new Progress(terminal, "log entries at " + nodeId);
        long deadlineNanos = System.nanoTime() + longest.toNanos();
        Members now = look();
        long target = now.logEnd();
        while (reached(now) < target) {
            if (System.nanoTime() - deadlineNanos > 0) {
                progress.clear();
                throw new CliFailure(
                        CliFailure.REFUSED,
                        nodeId + " has not caught up after " + longest.toSeconds() + " s: it has the log up to "
                                + reached(now) + " of " + target + "; its own log says why");
            }
            progress.update(
                    reached(now),
                    target > 0 ? OptionalDouble.of((double) reached(now) / target) : OptionalDouble.empty());
            Pause.rest(LOOK_EVERY);
            now = look();
        }
        progress.clear();
        terminal.err().println(nodeId + " has caught up with the log, up to " + target);
    }

    private Members look() {
        Members now = group.members();
        if (now.named(nodeId).isEmpty()) {
            throw new CliFailure(CliFailure.REFUSED, nodeId + " is no member of the group");
        }
        return now;
    }

    private long reached(Members now) {
        Optional<Long> matched = now.matched(nodeId);
        return matched.orElse(-1L);
    }
}
