package io.skipstone.cli.cluster;

import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "members",
        description = "Lists the members: roles, addresses, how many log entries each is behind the leader.",
        footer = {"", "SILENT is how long the leader has not heard of a member, from 2 s on."})
final class MembersCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final GroupOptions options = new GroupOptions();

    MembersCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Group group = options.open()) {
            options.print(group.members(), terminal);
            return 0;
        }
    }
}
