package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "pin",
        description = "Forces the store to disk now, so that the log up to there may be purged; prints the position.")
final class PinCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    PinCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (NodeClient client = connection.open()) {
            JsonNode position = client.demand(Request.post("/v1/pin")).json().path("pinned");
            terminal.out()
                    .println("pinned at " + position.path("term").asLong() + ":"
                            + position.path("index").asLong());
            return 0;
        }
    }
}
