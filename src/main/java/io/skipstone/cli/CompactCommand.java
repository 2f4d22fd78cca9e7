package io.skipstone.cli;

import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "compact",
        description = "Lets go of the history before a moment: reads below it are refused afterwards, for good.")
final class CompactCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Option(names = "--at", required = true, paramLabel = "MOMENT", description = "ts:N, rev:N or an RFC 3339 time.")
    private String at = "";

    CompactCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        byte[] body = Json.write(Json.object().put("at", at));
        try (NodeClient client = connection.open()) {
            String floor = client.demand(Request.postJson("/v1/compact", body))
                    .json()
                    .path("gcFloor")
                    .asText();
            terminal.out().println("the oldest moment that can be read is ts:" + floor);
            return 0;
        }
    }
}
