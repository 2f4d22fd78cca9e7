package io.skipstone.cli.cluster;

import io.skipstone.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "transfer-leader", description = "Hands the lead over to another voter.")
final class TransferLeaderCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final GroupOptions options = new GroupOptions();

    @Parameters(paramLabel = "ID", arity = "0..1", description = "To whom; left out: to whoever has caught up.")
    private Optional<String> to = Optional.empty();

    TransferLeaderCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Group group = options.open()) {
            Members now = group.transferLeader(to);
            terminal.err()
                    .println(now.leader().map(leader -> leader + " leads now").orElse("an election is under way"));
            options.print(now, terminal);
            return 0;
        }
    }
}
