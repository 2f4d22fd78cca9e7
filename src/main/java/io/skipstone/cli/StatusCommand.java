package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Table;
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
            terminal.out().println(json ? Json.pretty(status) : table(status));
            return 0;
        }
    }

    private static String table(JsonNode status) {
        var table = new Table();
        status.properties().forEach(field -> add(table, "", field.getKey(), field.getValue()));
        return table.toString();
    }

    /** A position is one cell; any other object is a group of rows. */
    private static void add(Table table, String group, String name, JsonNode value) {
        if (value.has("term") && value.has("index") && value.size() == 2) {
            table.row(
                    group + name,
                    value.get("term").asText() + ":" + value.get("index").asText());
        } else if (value.isObject()) {
            value.properties().forEach(field -> add(table, group + name + ".", field.getKey(), field.getValue()));
        } else {
            table.row(group + name, value.isValueNode() ? value.asText() : value.toString());
        }
    }
}
