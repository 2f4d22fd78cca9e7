package io.skipstone.consensus;

import io.skipstone.snapshot.LogFlaw;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Tells what a power loss left of an unforced write from damage, at the first bad record of the open segment
 * (docs/decisions/0007-torn-log-tail.md has the argument).
 *
 * <p>A disk writes sectors whole. A sector of the segment that never arrived still holds the zeros that Ratis put there when it
 * made the file larger, or lies behind the end of the file. So a torn record misses whole sectors, and where its length can be read
 * that length is right.
 */
final class TailJudge {
    static final int SECTOR_BYTES = 512;

    private final LogRecord record = new LogRecord();
    private final SegmentName name;
    private final SegmentScan.Found found;
    private final byte[] tail;

    /** Index that the first bad record should have. */
    private final long from;

    private TailJudge(SegmentName name, SegmentScan.Found found, byte[] tail) {
        this.name = name;
        this.found = found;
        this.tail = tail;
        this.from = name.start() + found.entries();
    }

    static LogFlaw judge(SegmentName name, SegmentScan.Found found) throws IOException {
        long from = name.start() + found.entries();
        long bytes = found.fileBytes() - found.soundBytes();
        if (found.soundBytes() == 0 || bytes > LogRecord.MAX_BYTES) {
            String what = found.soundBytes() == 0 ? "no header" : "a tail of " + bytes + " bytes";
            return new LogFlaw(name.text(), found.soundBytes(), bytes, from, LogFlaw.UNKNOWN, false, what);
        }
        return new TailJudge(name, found, read(name, found.soundBytes(), (int) bytes)).judge();
    }

    private static byte[] read(SegmentName name, long offset, int bytes) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(bytes);
        try (FileChannel file = FileChannel.open(name.file(), StandardOpenOption.READ)) {
            while (all.hasRemaining() && file.read(all, offset + all.position()) >= 0) {
                // Reads on.
            }
        }
        return Arrays.copyOf(all.array(), all.position());
    }

    private LogFlaw judge() {
        int size = LogRecord.sizeBytes(tail, 0, tail.length);
        boolean isThere = size > 0 && size <= tail.length;
        if (isThere && record.isSound(tail, 0, size)) {
            return flaw(false, "an entry with index " + LogRecord.index(tail, 0, size) + " where " + from + " belongs");
        }
        int span = size > 0 ? size : LogRecord.MAX_LENGTH_BYTES;
        if (!(tail[0] == 0 ? firstSectorIsMissing() : isCut(span) || missesSector(span))) {
            return flaw(false, "a bad record, all of it there");
        }
        if (isSoundWithAnotherLength() || (isThere && record.isOneBitOff(tail, 0, size))) {
            return flaw(false, "a flipped bit");
        }
        // A length that was written is right: another record cannot begin inside.
        if (tail[0] != 0 && nextRecord(1, Math.min(span, tail.length)) >= 0) {
            return flaw(false, "a bad length");
        }
        if (recordsAfterwards() >= RatisSettings.MAX_UNFORCED_ENTRIES) {
            return flaw(false, "a bad record with more good ones behind it than Ratis writes unforced");
        }
        return flaw(true, isCut(span) ? "a cut record" : "a sector of zeros");
    }

    /** The record begins in a sector that never arrived: zeros up to the sector's end. */
    private boolean firstSectorIsMissing() {
        return isZero(0, Math.min(restOfFirstSector(), tail.length));
    }

    private boolean isCut(int span) {
        return span > tail.length;
    }

    /** Whether a sector is missing between the first byte of the record and its last. */
    private boolean missesSector(int span) {
        for (int at = restOfFirstSector(); at < span && at + SECTOR_BYTES <= tail.length; at += SECTOR_BYTES) {
            if (isZero(at, at + SECTOR_BYTES)) {
                return true;
            }
        }
        return false;
    }

    private int restOfFirstSector() {
        return SECTOR_BYTES - (int) (found.soundBytes() % SECTOR_BYTES);
    }

    /** Whether one flipped bit in the length is all that is wrong. */
    private boolean isSoundWithAnotherLength() {
        for (int bit = 0; bit < 8 * Math.min(LogRecord.MAX_LENGTH_BYTES, tail.length); bit++) {
            tail[bit / 8] ^= (byte) (1 << bit % 8);
            int size = LogRecord.sizeBytes(tail, 0, tail.length);
            boolean sound = size > 0 && size <= tail.length && record.isSound(tail, 0, size);
            tail[bit / 8] ^= (byte) (1 << bit % 8);
            if (sound) {
                return true;
            }
        }
        return false;
    }

    private boolean isZero(int begin, int end) {
        for (int i = begin; i < end; i++) {
            if (tail[i] != 0) {
                return false;
            }
        }
        return true;
    }

    private int recordsAfterwards() {
        int records = 0;
        int at = nextRecord(1, tail.length);
        while (at >= 0) {
            records++;
            at = nextRecord(at + LogRecord.sizeBytes(tail, at, tail.length), tail.length);
        }
        return records;
    }

    /** Where the next sound record of a later entry begins; -1 if none begins before {@code end}. */
    private int nextRecord(int begin, int end) {
        for (int at = begin; at < end; at++) {
            int size = LogRecord.sizeBytes(tail, at, tail.length);
            if (size > 0 && size <= tail.length - at) {
                long index = LogRecord.index(tail, at, size);
                if (index > from && index - from <= tail.length && record.isSound(tail, at, size)) {
                    return at;
                }
            }
        }
        return -1;
    }

    private LogFlaw flaw(boolean torn, String what) {
        int bytes = tail.length;
        while (bytes > 0 && tail[bytes - 1] == 0) {
            bytes--;
        }
        return new LogFlaw(name.text(), found.soundBytes(), bytes, from, lastIndex(), torn, what);
    }

    /** The last entry that the tail can have held, if the bytes after the first record are all accounted for. */
    private long lastIndex() {
        int size = LogRecord.sizeBytes(tail, 0, tail.length);
        if (size <= 0) {
            return LogFlaw.UNKNOWN;
        }
        if (nextRecord(1, Math.min(size, tail.length)) >= 0) {
            return LogFlaw.UNKNOWN;
        }
        long last = from;
        int at = size;
        while (at < tail.length) {
            int next = LogRecord.sizeBytes(tail, at, tail.length);
            if (next <= 0
                    || next > tail.length - at
                    || !record.isSound(tail, at, next)
                    || LogRecord.index(tail, at, next) != last + 1) {
                return isZero(at, tail.length) ? last : LogFlaw.UNKNOWN;
            }
            last++;
            at += next;
        }
        return last;
    }
}
