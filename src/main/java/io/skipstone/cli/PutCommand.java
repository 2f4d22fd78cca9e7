package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.KeyConverter;
import io.skipstone.cli.client.KeyPath;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "put", description = "Writes the value of a key; exit code 1 when the condition does not hold.")
final class PutCommand implements Callable<Integer> {
    private static final String STDIN = "-";

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(
            index = "0",
            paramLabel = "KEY",
            converter = KeyConverter.class,
            description = "Key; \\xNN is any byte.")
    private Bytes key = Bytes.EMPTY;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "VALUE",
            description = "Value, taken as it stands; - reads standard input.")
    private Optional<String> value = Optional.empty();

    @Option(names = "--file", paramLabel = "FILE", description = "Take the value from a file.")
    private Optional<Path> file = Optional.empty();

    @Option(names = "--ttl", paramLabel = "TIME", description = "Let it expire: 500ms, 30s, 5m, 2h, 7d.")
    private Optional<String> ttl = Optional.empty();

    @Option(names = "--lease", paramLabel = "ID", description = "Delete it when this lease ends.")
    private Optional<Long> lease = Optional.empty();

    @ArgGroup
    private final Condition condition = new Condition();

    /** When to write. */
    static final class Condition {
        @Option(names = "--if-absent", description = "Only if the key does not exist.")
        private boolean ifAbsent;

        @Option(
                names = "--if-revision",
                paramLabel = "N",
                description = "Only if revision N was the last to write the key.")
        private Optional<Long> ifRevision = Optional.empty();

        Request on(Request request) {
            if (ifAbsent) {
                return request.with("If-None-Match", "*");
            }
            return ifRevision
                    .map(revision -> request.with("If-Match", "\"" + revision + "\""))
                    .orElse(request);
        }
    }

    PutCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        var query = new Request.Query();
        ttl.ifPresent(time -> query.add("ttl", time));
        lease.ifPresent(id -> query.add("lease", id));
        Request request = condition.on(Request.put(KeyPath.of(key, query), Bytes.wrap(bytes())));
        try (NodeClient client = connection.open()) {
            return Answers.print(client.ask(request), terminal);
        }
    }

    private byte[] bytes() throws IOException {
        if (file.isPresent() == value.isPresent()) {
            throw new CliFailure(CliFailure.USAGE, "give either a VALUE (- for standard input) or --file");
        }
        if (file.isPresent()) {
            return Files.readAllBytes(file.get());
        }
        String text = value.orElse(STDIN);
        return text.equals(STDIN) ? terminal.in().readAllBytes() : text.getBytes(StandardCharsets.UTF_8);
    }
}
