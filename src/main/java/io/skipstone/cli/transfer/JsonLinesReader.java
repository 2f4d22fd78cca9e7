package io.skipstone.cli.transfer;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.skipstone.cli.client.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** One JSON object in each line; blank lines are passed over. A damaged line spoils no other. */
final class JsonLinesReader implements RecordReader {
    private final LineSplitter lines;
    private final RecordShape shape;
    private long number;

    JsonLinesReader(InputStream in, int maxLineBytes, RecordShape shape) {
        this.lines = new LineSplitter(in, maxLineBytes);
        this.shape = shape;
    }

    @Override
    public Optional<InputItem> next() throws IOException {
        Optional<LineSplitter.Line> line = lines.nextNotBlank(() -> number++);
        return line.isEmpty() ? Optional.empty() : Optional.of(item(line.get()));
    }

    private InputItem item(LineSplitter.Line line) throws IOException {
        if (line.tooLong()) {
            return new InputItem.Bad(
                    number, "the line is longer than " + line.bytes().length() + " bytes");
        }
        try {
            return new InputItem.Good(shape.read(Json.parse(line.bytes().array()), number));
        } catch (JsonProcessingException malformed) {
            return new InputItem.Bad(number, "not well-formed JSON" + JsonArrayReader.column(malformed));
        } catch (BadRecordException bad) {
            return new InputItem.Bad(number, bad.reason());
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
