package io.skipstone.cli.transfer;

import io.skipstone.model.Bytes;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a stream into lines that end with LF or CR LF, none longer than a limit. */
final class LineSplitter implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxLineBytes;

    LineSplitter(InputStream in, int maxLineBytes) {
        this.in = new BufferedInputStream(in, BUFFER_BYTES);
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * @param bytes without the line end; cut at the limit
     * @param tooLong whether something was cut off
     */
    record Line(Bytes bytes, boolean tooLong) {
        boolean isBlank() {
            for (byte b : bytes.array()) {
                if (b != ' ' && b != '\t') {
                    return false;
                }
            }
            return true;
        }
    }

    /** The next line, however the last one ends; empty behind it. */
    Optional<Line> next() throws IOException {
        var bytes = new ByteArrayOutputStream();
        boolean tooLong = false;
        int b = in.read();
        if (b < 0) {
            return Optional.empty();
        }
        while (b >= 0 && b != '\n') {
            if (bytes.size() < maxLineBytes) {
                bytes.write(b);
            } else {
                tooLong = true;
            }
            b = in.read();
        }
        return Optional.of(new Line(Bytes.wrap(withoutCarriageReturn(bytes.toByteArray())), tooLong));
    }

    /**
     * The next line that is not blank; empty at the end.
     *
     * @param passed called for each line that was read, blank or not
     */
    Optional<Line> nextNotBlank(Runnable passed) throws IOException {
        Optional<Line> line = next();
        while (line.isPresent()) {
            passed.run();
            if (!line.get().isBlank()) {
                break;
            }
            line = next();
        }
        return line;
    }

    private static byte[] withoutCarriageReturn(byte[] line) {
        boolean hasOne = line.length > 0 && line[line.length - 1] == '\r';
        return hasOne ? Arrays.copyOf(line, line.length - 1) : line;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
