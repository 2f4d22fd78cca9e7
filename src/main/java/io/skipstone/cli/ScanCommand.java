package io.skipstone.cli;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.EscapedBytes;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.Row;
import io.skipstone.cli.client.ScanPages;
import io.skipstone.cli.client.ScanRange;
import io.skipstone.cli.terminal.Terminal;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "scan",
        description = "Prints keys and values in order, one row a line: key, tab, value.",
        footer = {"", "Bytes that would not stand on one line of text are printed as \\xNN. All rows are of one moment."
        })
final class ScanCommand implements Callable<Integer> {
    private static final int PAGE_ROWS = 1024;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Mixin
    private final ReadOptions read = new ReadOptions();

    @Mixin
    private final RangeOptions range = new RangeOptions();

    @Option(names = "--limit", paramLabel = "N", description = "Most rows (default: all).")
    private Optional<Long> limit = Optional.empty();

    @Option(names = "--reverse", description = "From the last key to the first.")
    private boolean reverse;

    @Option(names = "--keys-only", description = "Leave the values out.")
    private boolean keysOnly;

    @Option(names = "--count", description = "Print the number of keys instead.")
    private boolean count;

    @Option(names = "--json", description = "Print each row as a JSON object, with revisions and timestamps.")
    private boolean json;

    ScanCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        ScanRange covered = covered();
        try (NodeClient client = connection.open()) {
            var patient = Connection.patient(client, PATIENCE);
            if (count) {
                terminal.out()
                        .println(patient.demandJson(covered.count())
                                .path("count")
                                .asLong());
            } else {
                print(new ScanPages(patient, covered));
            }
            return 0;
        }
    }

    private ScanRange covered() {
        range.refuseContradiction();
        if (limit.isPresent() && limit.get() < 1) {
            throw new CliFailure(CliFailure.USAGE, "--limit is at least 1");
        }
        if (count && (limit.isPresent() || reverse || json)) {
            throw new CliFailure(CliFailure.USAGE, "--count stands without --limit, --reverse and --json");
        }
        return new ScanRange(range.prefix(), range.start(), range.end(), reverse, keysOnly, read.at(), read.read());
    }

    private void print(ScanPages pages) {
        PrintStream out = terminal.out();
        long left = limit.orElse(Long.MAX_VALUE);
        while (left > 0 && pages.hasNext()) {
            // A page is never asked to be larger than nodes make it by themselves.
            ScanPages.Page page = pages.next(left < PAGE_ROWS ? OptionalInt.of((int) left) : OptionalInt.empty());
            page.rows().stream().limit(left).forEach(row -> out.writeBytes(line(row)));
            left = left - page.rows().size();
        }
    }

    private byte[] line(Row row) {
        return (text(row) + "\n").getBytes(StandardCharsets.UTF_8);
    }

    private String text(Row row) {
        if (json) {
            return new String(Json.write(row.json()), StandardCharsets.UTF_8);
        }
        String key = EscapedBytes.print(row.key());
        return keysOnly ? key : key + "\t" + EscapedBytes.print(row.value());
    }
}
