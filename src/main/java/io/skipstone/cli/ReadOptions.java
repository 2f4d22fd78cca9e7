package io.skipstone.cli;

import io.skipstone.cli.client.Request;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which state a command reads. */
final class ReadOptions {
    @Option(
            names = "--at",
            paramLabel = "MOMENT",
            description = "Read the past: ts:N, rev:N or an RFC 3339 time (default: the newest state).")
    private Optional<String> at = Optional.empty();

    @Option(
            names = "--read",
            paramLabel = "HOW",
            description = "linearizable, snapshot or local (default: linearizable, or snapshot with --at).")
    private Optional<String> read = Optional.empty();

    Optional<String> at() {
        return at;
    }

    Optional<String> read() {
        return read;
    }

    Request.Query query() {
        var query = new Request.Query();
        at.ifPresent(moment -> query.add("at", moment));
        read.ifPresent(consistency -> query.add("read", consistency));
        return query;
    }
}
