package io.skipstone.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.EscapedBytes;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.KeyConverter;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Request;
import io.skipstone.cli.client.WatchFeed;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "watch",
        description = "Prints changes as they happen, one a line: put, revision, key, value; or delete, revision, key.",
        footer = {
            "",
            "Goes on at the next node when one ends, without a gap and without repeating anything, until it is stopped."
        })
final class WatchCommand implements Callable<Integer> {
    private static final long PROGRESS_MILLIS = 5_000;

    /** Longer than nodes are silent. */
    private static final Duration SILENCE = Duration.ofSeconds(15);

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(
            arity = "0..1",
            paramLabel = "KEY",
            converter = KeyConverter.class,
            description = "Only this key; \\xNN is any byte (default: every key).")
    private Optional<Bytes> key = Optional.empty();

    @Mixin
    private final RangeOptions range = new RangeOptions();

    @Option(
            names = "--from",
            paramLabel = "MOMENT",
            description = "The first change: rev:N, ts:N or an RFC 3339 time (default: the next one).")
    private Optional<String> from = Optional.empty();

    @Option(names = "--previous", description = "With --json: what was there before.")
    private boolean previous;

    @Option(names = "--limit", paramLabel = "N", description = "End after so many changes (default: never).")
    private Optional<Long> limit = Optional.empty();

    @Option(names = "--json", description = "Print each change as a JSON object.")
    private boolean json;

    private long printed;

    WatchCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        range.refuseContradiction();
        if (key.isPresent() && range.isGiven()) {
            throw new CliFailure(CliFailure.USAGE, "give either a key, or --prefix, or --start and --end");
        }
        if (limit.isPresent() && limit.get() < 1) {
            throw new CliFailure(CliFailure.USAGE, "--limit is at least 1");
        }
        if (previous && !json) {
            throw new CliFailure(CliFailure.USAGE, "--previous goes with --json");
        }
        try (NodeClient client = connection.openFor(SILENCE)) {
            new WatchFeed(client, "/v1/watch" + query(), Connection.backoff(PATIENCE)).read(this::print);
            return 0;
        }
    }

    private Request.Query query() {
        var query = new Request.Query().add("progressMillis", PROGRESS_MILLIS);
        key.ifPresent(bytes -> query.add("key", bytes));
        range.prefix().ifPresent(bytes -> query.add("prefix", bytes));
        range.start().ifPresent(bytes -> query.add("start", bytes));
        range.end().ifPresent(bytes -> query.add("end", bytes));
        from.ifPresent(moment -> query.add("from", moment));
        if (previous) {
            query.add("previous", "true");
        }
        return query;
    }

    /** Returns whether more are wanted. */
    private boolean print(JsonNode change) {
        for (JsonNode event : change.path("events")) {
            terminal.out().writeBytes((line(change, event) + "\n").getBytes(StandardCharsets.UTF_8));
            printed++;
            if (limit.isPresent() && printed == limit.get()) {
                break;
            }
        }
        terminal.out().flush();
        return limit.isEmpty() || printed < limit.get();
    }

    private String line(JsonNode change, JsonNode event) {
        long revision = change.path("revision").asLong();
        if (json) {
            ObjectNode object = Json.object().put("revision", revision);
            event.properties().forEach(field -> object.set(field.getKey(), field.getValue()));
            return new String(Json.write(object), StandardCharsets.UTF_8);
        }
        String type = event.path("type").asText();
        String line = type + "\t" + revision + "\t" + text(event, "key");
        return type.equals("put") ? line + "\t" + text(event, "value") : line;
    }

    private static String text(JsonNode event, String name) {
        return EscapedBytes.print(Json.bytes(event, name).orElse(Bytes.EMPTY));
    }
}
