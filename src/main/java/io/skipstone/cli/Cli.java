package io.skipstone.cli;

import io.skipstone.cli.bench.BenchCommand;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.cluster.ClusterCommand;
import io.skipstone.cli.demo.DemoCommand;
import io.skipstone.cli.lease.LeaseCommand;
import io.skipstone.cli.snapshot.SnapshotCommand;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.cli.transfer.ExportCommand;
import io.skipstone.cli.transfer.ImportCommand;
import io.skipstone.model.ExitCode;
import io.skipstone.snapshot.ArtifactException;
import io.skipstone.store.DirectoryRefusal;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;

/** The command line, but for {@code run}, which starts the node itself. */
public final class Cli {
    private static final int HELP_CHARS = 110;

    private Cli() {}

    /** Runs one command with the streams of this process, and returns its exit code. */
    public static int run(String... args) {
        return run(Terminal.system(), args);
    }

    /** Runs one command, and returns its exit code: see {@link CliFailure}. */
    public static int run(Terminal terminal, String... args) {
        int exitCode = commandLine(terminal).execute(args);
        terminal.out().flush();
        terminal.err().flush();
        return exitCode;
    }

    static CommandLine commandLine(Terminal terminal) {
        return new CommandLine(new SkipstoneCommand())
                .addSubcommand(new RunCommand(terminal))
                .addSubcommand(new GetCommand(terminal))
                .addSubcommand(new PutCommand(terminal))
                .addSubcommand(new DelCommand(terminal))
                .addSubcommand(new ScanCommand(terminal))
                .addSubcommand(new WatchCommand(terminal))
                .addSubcommand(new TxnCommand(terminal))
                .addSubcommand(new ImportCommand(terminal))
                .addSubcommand(new ExportCommand(terminal))
                .addSubcommand(new StatusCommand(terminal))
                .addSubcommand(new InspectCommand(terminal))
                .addSubcommand(new PinCommand(terminal))
                .addSubcommand(new CompactCommand(terminal))
                .addSubcommand(ClusterCommand.commandLine(terminal))
                .addSubcommand(LeaseCommand.commandLine(terminal))
                .addSubcommand(SnapshotCommand.commandLine(terminal))
                .addSubcommand(new DemoCommand(terminal))
                .addSubcommand(new BenchCommand(terminal))
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpWidth(HELP_CHARS)
                .setOut(writer(terminal.out()))
                .setErr(writer(terminal.err()))
                .setExecutionExceptionHandler((failure, _, _) -> explain(failure, terminal));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(stream, true, StandardCharsets.UTF_8);
    }

    private static int tell(Exception failure, ExitCode exitCode, Terminal terminal) {
        terminal.err().println("skipstone: " + failure.getMessage());
        return exitCode.code();
    }

    private static int explain(Exception failure, Terminal terminal) throws Exception {
        return switch (failure) {
            case CliFailure known -> {
                terminal.err().println("skipstone: " + known.getMessage());
                yield known.exitCode();
            }
            case ArtifactException artifact -> tell(artifact, artifact.exitCode(), terminal);
            case DirectoryRefusal refused -> tell(refused, refused.exitCode(), terminal);
            case IOException file -> {
                terminal.err().println("skipstone: " + file.getClass().getSimpleName() + ": " + file.getMessage());
                yield CliFailure.REFUSED;
            }
            default -> throw failure;
        };
    }
}
