package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "status", description = "Shows what a node knows of itself: role, positions, and how it came up.")
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Option(names = "--json", description = "Print the node's JSON.")
    private boolean json;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (NodeClient client = connection.open()) {
            JsonNode status = client.demand(Request.get("/v1/status")).json();
            terminal.out().println(json ? Json.pretty(status) : Answers.table(status));
            return 0;
        }
    }
}
