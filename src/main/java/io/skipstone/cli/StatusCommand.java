package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Problem;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.cluster.Members;
import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "Shows what a node knows of itself: role, leader, positions, how it came up, and the members.")
final class StatusCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Option(names = "--json", description = "Print JSON.")
    private boolean json;

    StatusCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (NodeClient client = connection.open()) {
            JsonNode status = client.demand(Request.get("/v1/status")).json();
            Reply members = client.ask(Request.get("/v1/cluster/members"));
            terminal.out().println(json ? json(status, members) : Answers.table(status) + table(members));
            return 0;
        }
    }

    private static String json(JsonNode status, Reply members) {
        ObjectNode both = Json.object();
        status.properties().forEach(field -> both.set(field.getKey(), field.getValue()));
        if (members.isSuccess()) {
            both.set("members", members.json().path("members"));
        }
        return Json.pretty(both);
    }

    /** A node that cannot tell who is in the group can still tell about itself. */
    private static String table(Reply members) {
        String text = members.isSuccess()
                ? new Members(members.json()).table()
                : "members: " + Problem.of(members).detail();
        return System.lineSeparator() + System.lineSeparator() + text;
    }
}
