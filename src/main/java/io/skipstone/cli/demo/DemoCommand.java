package io.skipstone.cli.demo;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = "Starts three nodes on this machine and keeps them running until Ctrl-C.",
        footer = {
            "",
            "The same command on the same directory goes on where it was stopped; remove the directory to begin anew.",
            "A node that is killed starts again after 10 s. Settings in the environment (SKIPSTONE_*) hold for all three."
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int MAX_PORT = 65_535;

    private final Terminal terminal;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "./demo",
            description = "Where data and logs go (default: ${DEFAULT-VALUE}).")
    private Path dir = Path.of("demo");

    @Option(
            names = "--base-port",
            paramLabel = "N",
            description = "Ports N to N+2 for n1, N+10 to N+12 for n2, N+20 to N+22 for n3: clients, peers, management"
                    + " (default: 2379 if they are free, else others).")
    private Optional<Integer> basePort = Optional.empty();

    public DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        OptionalInt base = checkedBasePort();
        List<String> command = ServerCommand.words(System.getenv());
        DemoPlan plan = DemoPlan.in(dir, base);
        try (var group = new DemoGroup(plan, command, terminal)) {
            terminal.err().println("starting three nodes in " + dir + " …");
            group.start();
            print(plan, group);
            group.watch();
            return 0;
        }
    }

    private OptionalInt checkedBasePort() {
        if (basePort.isEmpty()) {
            return OptionalInt.empty();
        }
        int highest = DemoPlan.offsets()[DemoPlan.offsets().length - 1];
        if (basePort.get() < 1 || basePort.get() + highest > MAX_PORT) {
            throw new CliFailure(CliFailure.USAGE, "--base-port lies between 1 and " + (MAX_PORT - highest));
        }
        return OptionalInt.of(basePort.get());
    }

    private void print(DemoPlan plan, DemoGroup group) {
        List<DemoProcess> processes = group.snapshot();
        DemoProcess leader =
                processes.stream().filter(DemoProcess::leads).findFirst().orElse(processes.getFirst());
        var out = terminal.out();
        for (DemoProcess process : processes) {
            DemoNode node = process.node();
            out.printf(
                    Locale.ROOT,
                    "%s  %s  process %d  log %s%s%n",
                    node.nodeId(),
                    node.endpoint(),
                    process.pid(),
                    node.log(),
                    process.equals(leader) ? "  leads" : "");
        }
        out.println();
        out.println("Try, in another terminal:");
        out.println("  export SKIPSTONE_ENDPOINT=" + plan.endpoints());
        out.println("  bin/skipstone cluster members");
        out.println("  bin/skipstone put greeting hello && bin/skipstone get greeting");
        out.println("  kill -9 " + leader.pid() + " && bin/skipstone get greeting");
        out.println();
        out.println("Ctrl-C stops all three.");
        out.flush();
    }
}
