package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Stands in the list of commands; the process that starts as a node never comes here. */
@Command(
        name = "run",
        description = "Starts a node in this process: 'skipstone run --data-dir=./data --client.port=2379'.",
        footer = {
            "",
            "Every setting skipstone.* can be given as an option, or in the environment as SKIPSTONE_*:",
            "  --data-dir=DIR (./data)  --client.port=N (2379)  --peer.port=N (2380)  --management.port=N (9000)",
            "  --listen=ADDRESS (127.0.0.1)  --node-id=NAME (n1)"
        })
final class RunCommand implements Callable<Integer> {
    private final Terminal terminal;

    RunCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        terminal.err().println("skipstone: 'run' starts the server and must be the first word: skipstone run");
        return CliFailure.USAGE;
    }
}
