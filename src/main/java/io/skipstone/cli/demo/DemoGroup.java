package io.skipstone.cli.demo;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Pause;
import io.skipstone.cli.terminal.Terminal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The three processes: started together, kept running, stopped together. One thread starts and watches, another, at the end of this
 * process, stops.
 */
final class DemoGroup implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofMillis(300);
    private static final Duration READY_WITHIN = Duration.ofMinutes(2);

    /** Long enough to see in another terminal what a group does without one of its nodes. */
    private static final Duration DOWN_FOR = Duration.ofSeconds(10);

    private static final Duration STOP_WITHIN = Duration.ofSeconds(30);

    private final DemoPlan plan;
    private final List<String> command;
    private final Terminal terminal;
    private final Thread hook = new Thread(this::stop, "demo-stop");

    /** In the order of the plan. Guarded by this. */
    private final List<DemoProcess> processes = new ArrayList<>();

    /** Guarded by this for writes; nothing is started any more. */
    private volatile boolean stopped;

    /**
     * @param command starts a node, but for its settings
     */
    DemoGroup(DemoPlan plan, List<String> command, Terminal terminal) {
        this.plan = plan;
        this.command = List.copyOf(command);
        this.terminal = terminal;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    /** Starts all, and returns when all are ready. */
    void start() {
        for (DemoNode node : plan.nodes()) {
            launch(node);
        }
        long deadlineNanos = System.nanoTime() + READY_WITHIN.toNanos();
        for (DemoProcess process : snapshot()) {
            awaitReady(process, deadlineNanos);
        }
    }

    /** What runs now. */
    synchronized List<DemoProcess> snapshot() {
        return List.copyOf(processes);
    }

    /** Starts again what ends, until this process is told to stop. */
    void watch() {
        while (!stopped) {
            snapshot().stream().filter(process -> !process.isAlive()).forEach(this::restart);
            Pause.rest(LOOK_EVERY);
        }
    }

    private void awaitReady(DemoProcess process, long deadlineNanos) {
        while (!process.isReady()) {
            refuseIfEnded(process);
            if (System.nanoTime() - deadlineNanos > 0) {
                throw new CliFailure(
                        CliFailure.REFUSED,
                        process.node().nodeId() + " is not ready after " + READY_WITHIN.toSeconds() + " s; see "
                                + process.node().log());
            }
            Pause.rest(LOOK_EVERY);
        }
    }

    private void refuseIfEnded(DemoProcess process) {
        if (!process.isAlive() && !stopped) {
            throw new CliFailure(
                    CliFailure.REFUSED,
                    process.node().nodeId() + " ended with " + process.exitCode() + "; "
                            + process.node().log() + " ends with:" + System.lineSeparator() + process.lastWords());
        }
    }

    private void restart(DemoProcess ended) {
        if (stopped) {
            return;
        }
        String nodeId = ended.node().nodeId();
        if (!ended.wasReady()) {
            refuseIfEnded(ended);
        }
        tell(nodeId + " ended with " + ended.exitCode() + "; the others go on, and it starts again in "
                + DOWN_FOR.toSeconds() + " s");
        Pause.rest(DOWN_FOR);
        launch(ended.node());
        for (DemoProcess again : snapshot()) {
            if (again.node().equals(ended.node())) {
                awaitReady(again, System.nanoTime() + READY_WITHIN.toNanos());
                tell(nodeId + " is back, as process " + again.pid());
            }
        }
    }

    private synchronized void launch(DemoNode node) {
        if (!stopped) {
            processes.removeIf(before -> before.node().equals(node));
            processes.add(DemoProcess.start(node, plan.peers(), command));
        }
    }

    private void tell(String line) {
        terminal.out().println(line);
        terminal.out().flush();
    }

    private void stop() {
        List<DemoProcess> left;
        synchronized (this) {
            stopped = true;
            left = processes.stream().filter(DemoProcess::isAlive).toList();
        }
        if (!left.isEmpty()) {
            tell("stopping "
                    + left.stream().map(process -> process.node().nodeId()).collect(Collectors.joining(", ")));
            left.forEach(DemoProcess::askToStop);
            left.forEach(process -> process.awaitEnd(STOP_WITHIN));
        }
    }

    /** Stops all. */
    @Override
    public void close() {
        stop();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process ends, and the hook does the same.
            stopped = true;
        }
    }
}
