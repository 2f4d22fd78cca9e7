package io.skipstone.cli.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.terminal.Terminal;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = "Takes a member out of the group. It can come back only with an empty data directory.")
final class RemoveCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final GroupOptions options = new GroupOptions();

    @Parameters(paramLabel = "ID", description = "Node id of the member.")
    private String nodeId = "";

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    RemoveCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        if (!yes && !terminal.interactive()) {
            throw new CliFailure(CliFailure.USAGE, "nobody can be asked here; say --yes if you mean it");
        }
        try (Group group = options.open()) {
            if (!yes && !isMeant(group.members())) {
                terminal.err().println("nothing changed");
                return CliFailure.REFUSED;
            }
            Members now = group.remove(nodeId);
            terminal.err().println(nodeId + " is out of the group");
            options.print(now, terminal);
            return 0;
        }
    }

    private boolean isMeant(Members now) throws IOException {
        JsonNode member = now.named(nodeId)
                .orElseThrow(() -> new CliFailure(CliFailure.REFUSED, nodeId + " is no member of the group"));
        return terminal.confirm("Remove " + nodeId + " (" + member.path("role").asText() + " at "
                + member.path("address").asText() + ") for good?");
    }
}
