package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.KeyConverter;
import io.skipstone.model.Bytes;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which keys a command covers. */
final class RangeOptions {
    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            converter = KeyConverter.class,
            description = "Only keys with this prefix.")
    private Optional<Bytes> prefix = Optional.empty();

    @Option(
            names = "--start",
            paramLabel = "KEY",
            converter = KeyConverter.class,
            description = "From this key on, included.")
    private Optional<Bytes> start = Optional.empty();

    @Option(
            names = "--end",
            paramLabel = "KEY",
            converter = KeyConverter.class,
            description = "Up to this key, excluded.")
    private Optional<Bytes> end = Optional.empty();

    Optional<Bytes> prefix() {
        return prefix;
    }

    Optional<Bytes> start() {
        return start;
    }

    Optional<Bytes> end() {
        return end;
    }

    boolean isGiven() {
        return prefix.isPresent() || isFromTo();
    }

    /** @throws CliFailure both ways are used at once */
    void refuseContradiction() {
        if (prefix.isPresent() && isFromTo()) {
            throw new CliFailure(CliFailure.USAGE, "give either --prefix, or --start and --end");
        }
    }

    private boolean isFromTo() {
        return start.isPresent() || end.isPresent();
    }
}
