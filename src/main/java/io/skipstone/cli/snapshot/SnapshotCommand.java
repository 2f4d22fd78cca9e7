package io.skipstone.cli.snapshot;

import io.skipstone.cli.terminal.Terminal;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "snapshot",
        description = "Backs up a running node, checks a backup, and makes a new node of it.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Exit codes: 65 damaged; 66 no such file; 73 the target exists; 74 disk full or failing; 76 another format;",
            "            77 not permitted; 3 the node says no; 4 the node cannot be reached."
        })
public final class SnapshotCommand implements Runnable {
    @Spec
    private @Nullable CommandSpec spec;

    /** The command with its own commands. */
    public static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new SnapshotCommand())
                .addSubcommand(new SaveCommand(terminal))
                .addSubcommand(new StatusCommand(terminal))
                .addSubcommand(new RestoreCommand(terminal));
    }

    @Override
    public void run() {
        if (spec != null) {
            throw new ParameterException(spec.commandLine(), "save, status or restore?");
        }
    }
}
