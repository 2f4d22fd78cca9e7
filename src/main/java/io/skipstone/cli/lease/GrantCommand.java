package io.skipstone.cli.lease;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "grant", description = "Makes a lease and prints its id.")
final class GrantCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "SECONDS", description = "It ends when it is not kept alive for so long.")
    private long ttlSeconds;

    @Option(names = "--id", paramLabel = "ID", description = "Its id, from 1; without it the server chooses one.")
    private Optional<Long> id = Optional.empty();

    GrantCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ObjectNode body = Json.object().put("ttlSeconds", ttlSeconds);
        id.ifPresent(wanted -> body.put("id", Long.toString(wanted)));
        try (NodeClient client = connection.open()) {
            JsonNode granted = client.demand(Request.postJson(OneLease.ALL, Json.write(body)))
                    .json();
            terminal.out().println(granted.path("id").asText());
            terminal.err()
                    .println("lives " + granted.path("ttlSeconds").asLong() + " s from when it was last kept alive");
            return 0;
        }
    }
}
