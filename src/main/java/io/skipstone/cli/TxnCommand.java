package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Problem;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "txn",
        description =
                "Runs a transaction, given as the JSON of POST /v1/txn; exit code 1 when its compares did not hold.",
        footer = {
            "",
            "{\"compare\":[{\"key\":\"a\",\"target\":\"version\",\"relation\":\"=\",\"version\":3}],",
            " \"then\":[{\"put\":{\"key\":\"a\",\"value\":\"new\"}}],\"else\":[{\"get\":{\"key\":\"a\"}}]}"
        })
final class TxnCommand implements Callable<Integer> {
    private static final int CONFLICT = 409;
    private static final String STDIN = "-";

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = STDIN,
            description = "Where the JSON stands (default: standard input).")
    private String file = STDIN;

    @Option(
            names = "--idempotency-key",
            paramLabel = "TEXT",
            description = "However often it is sent with this key, it takes effect once.")
    private Optional<String> idempotencyKey = Optional.empty();

    TxnCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        byte[] json = file.equals(STDIN) ? terminal.in().readAllBytes() : Files.readAllBytes(Path.of(file));
        Request plain = Request.postJson("/v1/txn", json);
        Request request =
                idempotencyKey.map(key -> plain.with("Idempotency-Key", key)).orElse(plain);
        try (NodeClient client = connection.open()) {
            return print(client.ask(request));
        }
    }

    private int print(Reply reply) {
        if (reply.status() == CONFLICT) {
            terminal.err().println("nothing changed: " + Problem.of(reply).detail());
            return CliFailure.NOT_FOUND;
        }
        if (!reply.isSuccess()) {
            throw Problem.of(reply).toFailure();
        }
        JsonNode answer = reply.json();
        terminal.out().println(Json.pretty(answer));
        return answer.path("succeeded").asBoolean(true) ? 0 : CliFailure.NOT_FOUND;
    }
}
