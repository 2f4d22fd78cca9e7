package io.skipstone.cli.transfer;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.terminal.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description = "Writes the records of a file, many at a time; goes on where it was interrupted.",
        footer = {
            "",
            "jsonl: one object a line, {\"key\":\"...\",\"value\":\"...\"}, or keyBase64 and valueBase64 for bytes that are",
            "       not UTF-8, and expiresAt: what export writes.",
            "tsv:   key, tab, value, with \\xNN for any byte: what scan prints.",
            "json:  one array of objects, or objects one after the other.",
            "With --key-template any JSON objects are taken, and each is stored whole, as compact JSON.",
            "",
            "A state file beside the input says how far everything is durable. After an interruption the same command",
            "goes on from there; after the end it is removed."
        })
public final class ImportCommand implements Callable<Integer> {
    private static final String STDIN = "-";

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "FILE", description = "Input, or - for standard input.")
    private String file = "";

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "jsonl, tsv or json (default: by the file's ending).")
    private Optional<InputFormat> format = Optional.empty();

    @Option(
            names = "--key-template",
            paramLabel = "TEMPLATE",
            description = "Makes keys from fields: 'city/{country}/{name}/{line}'; {line} is the record's number.")
    private Optional<String> keyTemplate = Optional.empty();

    @Option(
            names = "--parallel",
            paramLabel = "N",
            defaultValue = "8",
            description = "Requests in flight (default: ${DEFAULT-VALUE}).")
    private int parallel;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "256",
            description = "Records in one atomic request (default: ${DEFAULT-VALUE}).")
    private int batch;

    @Option(
            names = "--on-error",
            paramLabel = "WHAT",
            defaultValue = "continue",
            description = "At a bad record: continue or stop (default: ${DEFAULT-VALUE}).")
    private OnError onError = OnError.CONTINUE;

    @Option(names = "--state", paramLabel = "FILE", description = "State file (default: <FILE>.skipstone-import).")
    private Optional<Path> state = Optional.empty();

    @Option(names = "--restart", description = "Start over, whatever the state file says.")
    private boolean restart;

    @Option(
            names = "--patience-seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long to keep trying while the node is overloaded or away (default: ${DEFAULT-VALUE}).")
    private int patienceSeconds;

    /** What to do at a bad record. */
    enum OnError {
        CONTINUE,
        STOP
    }

    public ImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        InputFormat chosen = chosenFormat();
        RecordShape shape = shape(chosen);
        ImportPlan plan = plan(chosen);
        try (NodeClient client = connection.open();
                var input = new CountingInput(open());
                RecordReader reader = reader(chosen, shape, input)) {
            var patient = Connection.patient(client, Duration.ofSeconds(patienceSeconds));
            var importer = new Importer(plan, patient, terminal);
            return report(importer.run(reader, input));
        }
    }

    private int report(ImportReport report) {
        String rejected = report.rejected() == 0 ? "" : String.format(Locale.ROOT, ", %,d rejected", report.rejected());
        String expired = report.expired() == 0 ? "" : String.format(Locale.ROOT, ", %,d had expired", report.expired());
        String now = report.resumedBehind() == 0
                ? ""
                : String.format(Locale.ROOT, " (%,d of them now)", report.writtenNow());
        String revision = report.revision() == 0 ? "" : ", up to revision " + report.revision();
        terminal.out()
                .printf(
                        Locale.ROOT,
                        "imported %,d records%s%s%s%s%n",
                        report.imported(),
                        now,
                        rejected,
                        expired,
                        revision);
        return report.rejected() == 0 ? 0 : CliFailure.NOT_FOUND;
    }

    private boolean fromStdin() {
        return file.equals(STDIN);
    }

    private InputStream open() throws IOException {
        return fromStdin() ? terminal.in() : Files.newInputStream(Path.of(file));
    }

    private InputFormat chosenFormat() {
        return format.or(() -> InputFormat.ofName(file))
                .orElseThrow(() -> usage("the format is not clear from the name; say --format jsonl, tsv or json"));
    }

    private RecordShape shape(InputFormat chosen) {
        if (keyTemplate.isEmpty()) {
            return new RecordShape.Rows();
        }
        if (chosen == InputFormat.TSV) {
            throw usage("--key-template is for JSON; lines of tsv have their keys");
        }
        try {
            return new RecordShape.Templated(KeyTemplate.parse(keyTemplate.get()));
        } catch (IllegalArgumentException badTemplate) {
            throw usage(badTemplate.getMessage());
        }
    }

    private static RecordReader reader(InputFormat format, RecordShape shape, InputStream input) throws IOException {
        return switch (format) {
            case JSONL -> new JsonLinesReader(input, ImportPlan.MAX_LINE_BYTES, shape);
            case TSV -> new TsvReader(input, ImportPlan.MAX_LINE_BYTES);
            case JSON -> new JsonArrayReader(input, shape);
        };
    }

    private ImportPlan plan(InputFormat chosen) throws IOException {
        requireBetween("--parallel", parallel, ImportPlan.MAX_PARALLEL);
        requireBetween("--batch", batch, ImportPlan.MAX_BATCH_RECORDS);
        requireBetween("--patience-seconds", patienceSeconds, 3600);
        boolean isFile = !fromStdin();
        if (isFile && !Files.isReadable(Path.of(file))) {
            throw new CliFailure(CliFailure.REFUSED, "cannot read " + file);
        }
        return new ImportPlan(
                chosen == InputFormat.JSON ? "record" : "line",
                isFile ? OptionalLong.of(Files.size(Path.of(file))) : OptionalLong.empty(),
                parallel,
                batch,
                onError == OnError.STOP,
                state.or(() -> isFile ? Optional.of(Path.of(file + ".skipstone-import")) : Optional.empty()),
                restart);
    }

    private static void requireBetween(String option, int value, int max) {
        if (value < 1 || value > max) {
            throw usage(option + " lies between 1 and " + max);
        }
    }

    private static CliFailure usage(@Nullable String message) {
        return new CliFailure(CliFailure.USAGE, String.valueOf(message));
    }
}
