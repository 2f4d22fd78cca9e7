package io.skipstone.cli.transfer;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.skipstone.cli.client.Json;
import io.skipstone.cli.client.PatientClient;
import io.skipstone.cli.client.Row;
import io.skipstone.cli.client.ScanPages;
import io.skipstone.cli.client.ScanRange;
import io.skipstone.cli.terminal.Progress;
import io.skipstone.cli.terminal.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** Writes rows as JSON Lines, all of one moment, in the order of their keys: equal states make equal bytes. */
final class Exporter {
    private final PatientClient client;
    private final Progress progress;

    Exporter(PatientClient client, Terminal terminal) {
        this.client = client;
        this.progress = new Progress(terminal, "rows");
    }

    /**
     * What was written.
     *
     * @param sha256 over the bytes written, in hex: what {@code sha256sum} says of the file
     * @param readTs the moment of the rows
     */
    record Report(long rows, String sha256, String readTs, long revision) {}

    Report run(ScanRange range, OutputStream out) throws IOException {
        MessageDigest sha256 = InputDigest.newSha256();
        var pages = new ScanPages(client, range);
        long rows = 0;
        ScanPages.Page page;
        do {
            page = pages.next(OptionalInt.empty());
            for (Row row : page.rows()) {
                byte[] line = line(row);
                sha256.update(line);
                out.write(line);
            }
            rows += page.rows().size();
            progress.update(rows, OptionalDouble.empty());
        } while (pages.hasNext());
        progress.clear();
        return new Report(rows, HexFormat.of().formatHex(sha256.digest()), page.readTs(), page.revision());
    }

    private static byte[] line(Row row) {
        ObjectNode json = Json.object();
        Json.put(json, "key", row.key());
        Json.put(json, "value", row.value());
        if (row.json().hasNonNull("expiresAt")) {
            json.set("expiresAt", row.json().get("expiresAt"));
        }
        byte[] object = Json.write(json);
        byte[] line = Arrays.copyOf(object, object.length + 1);
        line[object.length] = '\n';
        return line;
    }
}
