package io.skipstone.node;

import io.skipstone.command.Command;
import io.skipstone.command.LogEntry.Once;
import io.skipstone.consensus.Proposer;
import io.skipstone.model.NodeStatus;
import io.skipstone.model.StatusSource;
import io.skipstone.model.Timestamp;
import java.time.Clock;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Lets the GC floor follow the clock at the distance of the retention: a proposal of the leader, the same on every node. */
final class GcDriver implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(GcDriver.class);

    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("gc-driver").daemon().unstarted(task));
    private final Proposer proposer;
    private final StatusSource source;
    private final Clock clock;
    private final long retentionMillis;

    GcDriver(Proposer proposer, StatusSource source, Clock clock, long retentionSeconds) {
        this.proposer = proposer;
        this.source = source;
        this.clock = clock;
        this.retentionMillis = TimeUnit.SECONDS.toMillis(retentionSeconds);
    }

    /** Does nothing when everything is to be kept. */
    void start(long intervalSeconds) {
        if (retentionMillis > 0) {
            var _ = timer.scheduleWithFixedDelay(this::raiseFloor, intervalSeconds, intervalSeconds, TimeUnit.SECONDS);
        }
    }

    private void raiseFloor() {
        try {
            NodeStatus status = source.status();
            Timestamp floor = Timestamp.ofMillis(Math.max(0, clock.millis() - retentionMillis));
            boolean anythingBehindIt =
                    floor.isAfter(status.gcFloor()) && status.lastCommitTs().isAfter(status.gcFloor());
            if (status.isReady() && status.role() == NodeStatus.Role.LEADER && anythingBehindIt) {
                proposer.propose(new Command.RaiseGcFloor(floor), Once.EACH_TIME)
                        .whenComplete((_, failure) -> {
                            if (failure != null) {
                                LOG.infof("gc floor stays for now reason=\"%s\"", failure.getMessage());
                            }
                        });
            }
        } catch (RuntimeException failure) {
            // A periodic task that throws is never run again.
            LOG.warn("gc floor not raised; tried again at the next interval", failure);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
