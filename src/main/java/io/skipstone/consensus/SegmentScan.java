package io.skipstone.consensus;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Reads one segment from its beginning, as far as it is sound. Costs one pass over the file through a buffer of fixed size: the
 * page cache it fills is what Ratis reads next.
 */
final class SegmentScan {
    static final byte[] HEADER = "RaftLog1".getBytes(StandardCharsets.US_ASCII);

    private static final int BUFFER_BYTES = 256 * 1024;
    private static final byte[] ZEROS = new byte[BUFFER_BYTES];

    private final LogRecord record = new LogRecord();
    private final FileChannel file;
    private final SegmentName name;
    private final long fileBytes;
    private byte[] buffer = new byte[BUFFER_BYTES];

    /** Next byte to look at, and end of what is read, in the buffer. */
    private int at;

    private int limit;

    /** Where {@code buffer[0]} lies in the file. */
    private long bufferOffset;

    private long entries;

    private SegmentScan(FileChannel file, SegmentName name) throws IOException {
        this.file = file;
        this.name = name;
        this.fileBytes = file.size();
    }

    /**
     * What was found.
     *
     * @param entries sound records, counted from the first
     * @param soundBytes up to the end of the last of them; 0 if the header is not there
     * @param fileBytes length of the file
     * @param isSound whether nothing but zeros follows
     */
    record Found(long entries, long soundBytes, long fileBytes, boolean isSound) {}

    static Found read(SegmentName name) throws IOException {
        try (FileChannel file = FileChannel.open(name.file(), StandardOpenOption.READ)) {
            return new SegmentScan(file, name).read();
        }
    }

    private Found read() throws IOException {
        if (!fill(HEADER.length) || !Arrays.equals(buffer, 0, HEADER.length, HEADER, 0, HEADER.length)) {
            return new Found(0, 0, fileBytes, isBeforeTheHeader());
        }
        at = HEADER.length;
        long max = name.maxEntries();
        while (entries < max && next()) {
            entries++;
        }
        long sound = bufferOffset + at;
        // Ratis stops at the last entry of a closed segment, whatever follows it.
        return new Found(entries, sound, fileBytes, entries == max || onlyZerosFollow());
    }

    private boolean next() throws IOException {
        if (limit - at < LogRecord.MAX_LENGTH_BYTES) {
            fill(LogRecord.MAX_LENGTH_BYTES);
        }
        int size = LogRecord.sizeBytes(buffer, at, limit);
        if (size <= 0 || (limit - at < size && !fill(size))) {
            return false;
        }
        if (!record.isSound(buffer, at, size) || LogRecord.index(buffer, at, size) != name.start() + entries) {
            return false;
        }
        at += size;
        return true;
    }

    /** Made and not yet written to: Ratis makes the file large first, and writes the header then. */
    private boolean isBeforeTheHeader() throws IOException {
        int same = Arrays.mismatch(buffer, 0, Math.min(limit, HEADER.length), HEADER, 0, HEADER.length);
        at = Math.max(0, Math.min(same, limit));
        return onlyZerosFollow();
    }

    private boolean onlyZerosFollow() throws IOException {
        do {
            int length = Math.min(limit - at, ZEROS.length);
            if (!Arrays.equals(buffer, at, at + length, ZEROS, 0, length)) {
                return false;
            }
            at += length;
        } while (at < limit || fill(1));
        return true;
    }

    /** Reads on until there are so many bytes; false if the file ends before. */
    private boolean fill(int wanted) throws IOException {
        boolean enough = bufferOffset + at + wanted <= fileBytes;
        int needed = enough ? wanted : (int) (fileBytes - bufferOffset - at);
        System.arraycopy(buffer, at, buffer, 0, limit - at);
        bufferOffset += at;
        limit -= at;
        at = 0;
        if (needed > buffer.length) {
            buffer = Arrays.copyOf(buffer, needed);
        }
        while (limit < needed) {
            int read = file.read(ByteBuffer.wrap(buffer, limit, buffer.length - limit), bufferOffset + limit);
            if (read < 0) {
                return false;
            }
            limit += read;
        }
        return enough;
    }
}
