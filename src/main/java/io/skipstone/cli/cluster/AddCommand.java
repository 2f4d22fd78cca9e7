package io.skipstone.cli.cluster;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.PeerAddress;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        description = "Adds a running node as a learner: it gets the log, and does not vote until it is promoted.",
        footer = {
            "",
            "Start the node first, with an empty data directory and itself and the members in skipstone.peers; it waits.",
            "The address is the one the members reach its peer port at."
        })
final class AddCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final GroupOptions options = new GroupOptions();

    @Mixin
    private final WaitOptions wait = new WaitOptions();

    @Parameters(paramLabel = "ID=HOST:PORT", description = "The new member, such as n4=host4:2380.")
    private String member = "";

    AddCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        PeerAddress address = address();
        try (Group group = options.open()) {
            Members now = group.add(address.toString());
            terminal.err()
                    .println(address.nodeId() + " is a learner now; 'cluster promote " + address.nodeId()
                            + "' lets it vote when it has caught up");
            wait.await(group, address.nodeId(), terminal);
            options.print(now, terminal);
            return 0;
        }
    }

    private PeerAddress address() {
        try {
            return PeerAddress.parse(member);
        } catch (IllegalArgumentException malformed) {
            throw new CliFailure(CliFailure.USAGE, String.valueOf(malformed.getMessage()), malformed);
        }
    }
}
