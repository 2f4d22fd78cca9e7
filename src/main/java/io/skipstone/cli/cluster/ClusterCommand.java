package io.skipstone.cli.cluster;

import io.skipstone.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "cluster",
        description = "Shows who is in the group, and changes it: any node takes these, the leader carries them out.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "To replace n3, whose disk is lost: start its node with an empty data directory, then",
            "  skipstone cluster remove n3",
            "  skipstone cluster add n3=host3:2380 --wait",
            "  skipstone cluster promote n3"
        })
public final class ClusterCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    /** The command with its own commands. */
    public static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new ClusterCommand())
                .addSubcommand(new MembersCommand(terminal))
                .addSubcommand(new AddCommand(terminal))
                .addSubcommand(new PromoteCommand(terminal))
                .addSubcommand(new RemoveCommand(terminal))
                .addSubcommand(new TransferLeaderCommand(terminal))
                .addSubcommand(new StepDownCommand(terminal));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(
                    spec.commandLine(), "members, add, promote, remove, transfer-leader or step-down?");
        }
    }
}
