package io.skipstone.cli.lease;

import io.skipstone.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "lease",
        description = "Grants leases and keeps them alive: keys that are put with one are deleted when it ends.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "A key that lives as long as this shell keeps it alive:",
            "  id=$(skipstone lease grant 30)",
            "  skipstone put --lease $id workers/7 here",
            "  skipstone lease keep-alive $id"
        })
public final class LeaseCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    /** The command with its own commands. */
    public static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new LeaseCommand())
                .addSubcommand(new GrantCommand(terminal))
                .addSubcommand(new KeepAliveCommand(terminal))
                .addSubcommand(new RevokeCommand(terminal))
                .addSubcommand(new TtlCommand(terminal))
                .addSubcommand(new ListCommand(terminal));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "grant, keep-alive, revoke, ttl or list?");
        }
    }
}
