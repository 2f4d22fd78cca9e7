package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.KeyConverter;
import io.skipstone.cli.client.KeyPath;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Reply;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.Bytes;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "del",
        description = "Deletes a key, or all keys with a prefix; exit code 1 when the key does not exist.")
final class DelCommand implements Callable<Integer> {
    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(
            arity = "0..1",
            paramLabel = "KEY",
            converter = KeyConverter.class,
            description = "Key; \\xNN is any byte.")
    private Optional<Bytes> key = Optional.empty();

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            converter = KeyConverter.class,
            description = "Delete every key with this prefix, at once.")
    private Optional<Bytes> prefix = Optional.empty();

    @Option(
            names = "--exclude",
            paramLabel = "PREFIX",
            converter = KeyConverter.class,
            description = "With --prefix: keep the keys with this longer prefix.")
    private Optional<Bytes> exclude = Optional.empty();

    @Option(names = "--all", description = "Delete every key: stands for an empty --prefix.")
    private boolean all;

    DelCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        Request request = request();
        try (NodeClient client = connection.open()) {
            Reply reply = client.ask(request);
            int exitCode = Answers.print(reply, terminal);
            boolean wasThere = key.isEmpty() || reply.json().path("deleted").asLong(1) > 0;
            return exitCode == 0 && !wasThere ? CliFailure.NOT_FOUND : exitCode;
        }
    }

    private Request request() {
        if ((key.isPresent() ? 1 : 0) + (prefix.isPresent() ? 1 : 0) + (all ? 1 : 0) != 1) {
            throw new CliFailure(CliFailure.USAGE, "give one of KEY, --prefix and --all");
        }
        if (key.isPresent()) {
            if (exclude.isPresent()) {
                throw new CliFailure(CliFailure.USAGE, "--exclude belongs to --prefix");
            }
            return Request.delete(KeyPath.of(key.get(), new Request.Query()));
        }
        var query = new Request.Query().add("prefix", prefix.orElse(Bytes.EMPTY));
        exclude.ifPresent(kept -> query.add("exclude", kept));
        if (all) {
            query.add("all", "true");
        }
        return Request.delete("/v1/kv" + query);
    }
}
