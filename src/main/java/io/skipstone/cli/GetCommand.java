package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.KeyConverter;
import io.skipstone.cli.client.KeyPath;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Problem;
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

@Command(name = "get", description = "Prints the value of a key, byte for byte; exit code 1 when there is none.")
final class GetCommand implements Callable<Integer> {
    private static final int HTTP_NOT_FOUND = 404;

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final ReadOptions read = new ReadOptions();

    @Parameters(paramLabel = "KEY", converter = KeyConverter.class, description = "Key; \\xNN is any byte.")
    private Bytes key = Bytes.EMPTY;

    @Option(
            names = "--show",
            paramLabel = "WHAT",
            description = "meta: revisions and timestamps of the key instead of its value.")
    private Optional<Show> show = Optional.empty();

    /** What to print instead of the value. */
    enum Show {
        META
    }

    GetCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        String path = KeyPath.of(key, read.query());
        try (NodeClient client = connection.open()) {
            Reply reply = client.ask(Request.get(path));
            if (reply.status() == HTTP_NOT_FOUND
                    && "key_not_found".equals(Problem.of(reply).code())) {
                terminal.err().println("not found");
                return CliFailure.NOT_FOUND;
            }
            if (!reply.isSuccess()) {
                throw Problem.of(reply).toFailure();
            }
            print(reply);
            return 0;
        }
    }

    private void print(Reply reply) {
        if (show.isPresent()) {
            reply.metaHeaders().forEach((name, value) -> terminal.out().println(name + ": " + value));
        } else {
            terminal.out().writeBytes(reply.body().array());
        }
    }
}
