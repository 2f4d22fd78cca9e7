package io.skipstone.cli.lease;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "revoke", description = "Ends a lease and deletes its keys; exit code 1 when there is none.")
final class RevokeCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "ID", description = "The lease, as grant printed it.")
    private long id;

    RevokeCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        try (NodeClient client = connection.open()) {
            Optional<JsonNode> revoked = OneLease.ask(client, Request.delete(OneLease.path(id)), terminal);
            revoked.ifPresent(answer -> terminal.out()
                    .println("deleted " + answer.path("deleted").asLong() + ", revision "
                            + answer.path("revision").asLong() + ", at ts:"
                            + answer.path("commitTs").asText()));
            return revoked.isPresent() ? 0 : CliFailure.NOT_FOUND;
        }
    }
}
