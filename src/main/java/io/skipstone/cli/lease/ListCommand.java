package io.skipstone.cli.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "list", description = "Lists the leases: id, time to live, keys.")
final class ListCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    ListCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (NodeClient client = connection.open()) {
            Optional<String> after = Optional.of("0");
            while (after.isPresent()) {
                String path = OneLease.ALL + new Request.Query().add("after", after.get());
                JsonNode page = client.demand(Request.get(path)).json();
                page.path("leases").forEach(this::print);
                after = Optional.ofNullable(page.get("next")).map(JsonNode::asText);
            }
            return 0;
        }
    }

    private void print(JsonNode lease) {
        terminal.out()
                .println(lease.path("id").asText() + "  "
                        + lease.path("ttlSeconds").asLong() + " s  "
                        + lease.path("keyCount").asLong() + " keys");
    }
}
