package io.skipstone.cli.snapshot;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.terminal.Table;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.snapshot.Artifact;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "status", description = "Reads a whole snapshot, checks every byte, and shows what it holds.")
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "A file that 'snapshot save' wrote.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (Artifact artifact = Artifact.open(file)) {
            try (var progress = new BytesProgress(terminal, "checked")) {
                artifact.verify(progress);
            }
            ObjectNode answer = ManifestJson.of(artifact);
            terminal.out().println(json ? Json.pretty(answer) : Table.of(answer));
            return 0;
        }
    }
}
