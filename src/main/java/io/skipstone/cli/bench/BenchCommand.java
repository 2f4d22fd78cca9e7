package io.skipstone.cli.bench;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Progress;
import io.skipstone.cli.terminal.Table;
import io.skipstone.cli.terminal.Terminal;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = "Loads a node for a while and prints throughput and latency. Its keys are removed at the end.",
        footer = {
            "",
            "A closed loop: --in-flight requests are under way at any time, each answer starts the next. Writes are",
            "acknowledged when they are durable. A slow node is asked less often, so compare latencies at equal",
            "--in-flight only. Not for a node in production."
        })
public final class BenchCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long LOOK_EVERY_MILLIS = 100;

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Option(
            names = "--workload",
            paramLabel = "WHAT",
            defaultValue = "mixed",
            description = "put, get, mixed (half and half) or scan (100 rows) (default: ${DEFAULT-VALUE}).")
    private Workload workload = Workload.MIXED;

    @Option(
            names = "--read",
            paramLabel = "HOW",
            defaultValue = "linearizable",
            description = "linearizable or local (default: ${DEFAULT-VALUE}).")
    private Reads reads = Reads.LINEARIZABLE;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "64",
            description = "Requests under way at any time, up to 1024 (default: ${DEFAULT-VALUE}).")
    private int inFlight;

    @Option(
            names = "--value-bytes",
            paramLabel = "N",
            defaultValue = "128",
            description = "Length of a value (default: ${DEFAULT-VALUE}).")
    private int valueBytes;

    @Option(
            names = "--keys",
            paramLabel = "N",
            defaultValue = "10000",
            description = "Different keys, up to 1000000 (default: ${DEFAULT-VALUE}).")
    private int keys;

    @Option(
            names = "--duration-seconds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How long, up to 600 (default: ${DEFAULT-VALUE}).")
    private long durationSeconds;

    @Option(
            names = "--prefix",
            paramLabel = "TEXT",
            defaultValue = "bench/",
            description = "Prefix of the keys (default: ${DEFAULT-VALUE}).")
    private String prefix = "";

    @Option(names = "--keep", description = "Leave the keys there.")
    private boolean keep;

    public BenchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        if (prefix.isEmpty()) {
            throw new CliFailure(CliFailure.USAGE, "--prefix is not empty");
        }
        var plan = new BenchPlan(
                connection.endpoints().getFirst(),
                workload,
                reads,
                inFlight,
                valueBytes,
                keys,
                Duration.ofSeconds(durationSeconds),
                prefix);
        try (NodeClient client = connection.openOne()) {
            client.demand(Request.get("/v1/status"));
            plan = plan.at(client.endpoint());
            var benchKeys = new BenchKeys(plan, Connection.patient(client, PATIENCE));
            if (workload.needsKeys()) {
                benchKeys.load(new Progress(terminal, "keys loaded"));
            }
            Tally tally = load(plan);
            if (!keep) {
                benchKeys.remove();
            }
            return tally.errors().isEmpty() ? 0 : CliFailure.REFUSED;
        }
    }

    private Tally load(BenchPlan plan) {
        var tally = new Tally();
        var progress = new Progress(terminal, "requests");
        try (var loop = new ClosedLoop(plan, tally, new SplittableRandom())) {
            long startNanos = System.nanoTime();
            watch(loop.start(), plan, tally, progress);
            print(plan, tally, (System.nanoTime() - startNanos) / 1e9);
        }
        return tally;
    }

    private static void watch(CompletableFuture<Void> done, BenchPlan plan, Tally tally, Progress progress) {
        try {
            while (!isDone(done)) {
                double part =
                        (double) progress.elapsed().toNanos() / plan.duration().toNanos();
                progress.update(tally.succeeded(), OptionalDouble.of(part));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliFailure(CliFailure.REFUSED, "stopped", stopped);
        } catch (ExecutionException fault) {
            throw new IllegalStateException("the load failed", fault.getCause());
        }
        progress.clear();
    }

    private static boolean isDone(CompletableFuture<Void> done) throws InterruptedException, ExecutionException {
        try {
            done.get(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException notYet) {
            // Time to look at the progress.
            return false;
        }
    }

    private void print(BenchPlan plan, Tally tally, double seconds) {
        var table = new Table()
                .row("workload", plan.workload().name().toLowerCase(Locale.ROOT))
                .row("reads", plan.reads().name().toLowerCase(Locale.ROOT))
                .row("in flight", Integer.toString(plan.inFlight()))
                .row("value", plan.valueBytes() + " bytes")
                .row("keys", Integer.toString(plan.keys()))
                .row("requests", String.format(Locale.ROOT, "%d in %.1f s", tally.succeeded(), seconds))
                .row("ops/s", String.format(Locale.ROOT, "%.0f", tally.succeeded() / seconds))
                .row("p50", millis(tally.millisAt(50)))
                .row("p99", millis(tally.millisAt(99)))
                .row("p99.9", millis(tally.millisAt(99.9)))
                .row("max", millis(tally.maxMillis()))
                .row("errors", tally.errors().isEmpty() ? "0" : tally.errors().toString());
        terminal.out().println(table);
    }

    private static String millis(double millis) {
        return String.format(Locale.ROOT, "%.2f ms", millis);
    }
}
