package io.skipstone.cli.cluster;

import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "step-down",
        description = "Has the node at --endpoint give up the lead, if it leads: before it is stopped, for example.")
final class StepDownCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final GroupOptions options = new GroupOptions();

    StepDownCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Group group = options.open()) {
            Members now = group.stepDown();
            String leader = now.leader().map(nodeId -> nodeId + " leads").orElse("an election is under way");
            terminal.err()
                    .println(
                            now.json().path("ledBefore").asBoolean()
                                    ? "stepped down; " + leader
                                    : "it does not lead, nothing changed; " + leader);
            options.print(now, terminal);
            return 0;
        }
    }
}
