package io.skipstone.cli.transfer;

import io.skipstone.cli.client.Connection;
import io.skipstone.cli.client.KeyConverter;
import io.skipstone.cli.client.NodeClient;
import io.skipstone.cli.client.ScanRange;
import io.skipstone.cli.terminal.Terminal;
import io.skipstone.model.Bytes;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "export",
        description = "Writes all rows of one moment as JSON Lines, in the order of their keys.",
        footer = {
            "",
            "Equal states make equal bytes, so --checksum tells whether anything changed; it is what sha256sum says of the file.",
            "A file appears under its name only when it is complete."
        })
public final class ExportCommand implements Callable<Integer> {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Terminal terminal;

    @Mixin
    private final Connection connection = new Connection();

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "Where to write (default: standard output).")
    private Optional<Path> file = Optional.empty();

    @Option(
            names = "--prefix",
            paramLabel = "PREFIX",
            converter = KeyConverter.class,
            description = "Only keys with this prefix; \\xNN is any byte.")
    private Optional<Bytes> prefix = Optional.empty();

    @Option(names = "--at", paramLabel = "MOMENT", description = "ts:N, rev:N or an RFC 3339 time (default: now).")
    private Optional<String> at = Optional.empty();

    @Option(names = "--checksum", description = "Print the SHA-256 of the rows; without FILE, instead of the rows.")
    private boolean checksum;

    public ExportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        try (NodeClient client = connection.open()) {
            var exporter = new Exporter(Connection.patient(client, PATIENCE), terminal);
            Exporter.Report report = write(exporter);
            terminal.err()
                    .printf(
                            Locale.ROOT,
                            "exported %,d rows at ts:%s (revision %d)%n",
                            report.rows(),
                            report.readTs(),
                            report.revision());
            if (checksum) {
                terminal.out().println(report.sha256());
            }
            return 0;
        }
    }

    private Exporter.Report write(Exporter exporter) throws IOException {
        ScanRange range = ScanRange.ofPrefix(prefix, at);
        if (file.isPresent()) {
            return writeFile(exporter, range, file.get());
        }
        if (checksum) {
            return exporter.run(range, OutputStream.nullOutputStream());
        }
        var out = new BufferedOutputStream(terminal.out(), BUFFER_BYTES);
        Exporter.Report report = exporter.run(range, out);
        out.flush();
        return report;
    }

    private static Exporter.Report writeFile(Exporter exporter, ScanRange range, Path target) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            Exporter.Report report;
            try (var out = new BufferedOutputStream(Files.newOutputStream(partial), BUFFER_BYTES)) {
                report = exporter.run(range, out);
            }
            Files.move(partial, target, StandardCopyOption.REPLACE_EXISTING);
            return report;
        } finally {
            Files.deleteIfExists(partial);
        }
    }
}
