package io.skipstone.cli.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.EscapedBytes;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.Bytes;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "ttl", description = "Shows how long a lease has left; exit code 1 when there is none.")
final class TtlCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "ID", description = "The lease, as grant printed it.")
    private long id;

    @Option(names = "--keys", description = "List the keys attached to it.")
    private boolean keys;

    TtlCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (NodeClient client = connection.open()) {
            Request request = Request.get(OneLease.path(id) + new Request.Query().add("keys", Boolean.toString(keys)));
            Optional<JsonNode> alive = OneLease.ask(client, request, terminal);
            alive.ifPresent(this::print);
            return alive.isPresent() ? 0 : CliFailure.NOT_FOUND;
        }
    }

    private void print(JsonNode alive) {
        terminal.out()
                .println(alive.path("remainingMillis").asLong() / 1000 + " of "
                        + alive.path("ttlSeconds").asLong() + " s left, "
                        + alive.path("keyCount").asLong() + " keys");
        alive.path("keys").forEach(key -> terminal.out()
                .println(EscapedBytes.print(Json.bytes(key, "key").orElse(Bytes.EMPTY))));
    }
}
