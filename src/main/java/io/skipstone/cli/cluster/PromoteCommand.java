package io.skipstone.cli.cluster;

import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "promote", description = "Makes a learner that has caught up a voter.")
final class PromoteCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final GroupOptions options = new GroupOptions();

    @Mixin
    private final WaitOptions wait = new WaitOptions();

    @Parameters(paramLabel = "ID", description = "Node id of the learner.")
    private String nodeId = "";

    PromoteCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Group group = options.open()) {
            wait.await(group, nodeId, terminal);
            Members now = group.promote(nodeId);
            terminal.err().println(nodeId + " votes now");
            options.print(now, terminal);
            return 0;
        }
    }
}
