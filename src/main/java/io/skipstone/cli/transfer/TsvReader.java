package io.skipstone.cli.transfer;

import io.skipstone.cli.client.EscapedBytes;
import io.skipstone.model.Bytes;
import io.skipstone.model.Timestamp;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Optional;

/**
 * Key, tab, value in each line, with the escapes of {@link EscapedBytes}: what {@code scan} prints can be read back. Blank lines are
 * passed over.
 */
final class TsvReader implements RecordReader {
    private final LineSplitter lines;
    private long number;

    TsvReader(InputStream in, int maxLineBytes) {
        this.lines = new LineSplitter(in, maxLineBytes);
    }

    @Override
    public Optional<InputItem> next() throws IOException {
        Optional<LineSplitter.Line> line = lines.nextNotBlank(() -> number++);
        return line.isEmpty() ? Optional.empty() : Optional.of(item(line.get()));
    }

    private InputItem item(LineSplitter.Line line) {
        if (line.tooLong()) {
            return new InputItem.Bad(
                    number, "the line is longer than " + line.bytes().length() + " bytes");
        }
        try {
            return new InputItem.Good(record(EscapedBytes.decodeStrictly(line.bytes())));
        } catch (CharacterCodingException notText) {
            return new InputItem.Bad(number, "not UTF-8; write other bytes as \\xNN");
        } catch (BadRecordException bad) {
            return new InputItem.Bad(number, bad.reason());
        }
    }

    private ImportRecord record(String line) throws BadRecordException {
        int tab = line.indexOf('\t');
        if (tab < 0) {
            throw new BadRecordException("there is no tab between key and value");
        }
        return RecordShape.record(
                number, bytes("key", line.substring(0, tab)), bytes("value", line.substring(tab + 1)), Timestamp.NONE);
    }

    private static Bytes bytes(String column, String text) throws BadRecordException {
        try {
            return EscapedBytes.parse(text);
        } catch (IllegalArgumentException badEscape) {
            throw new BadRecordException("in the " + column + ", " + badEscape.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
