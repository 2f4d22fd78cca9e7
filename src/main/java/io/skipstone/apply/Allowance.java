package io.skipstone.apply;

import io.skipstone.command.Outcome;
import io.skipstone.model.KeyValue;

/** How many bytes of rows a run may bring together. Over it, the run is refused. */
final class Allowance {
    /** What a row costs besides its bytes, so that many small ones are bounded too. */
    private static final int ROW_BYTES = 64;

    private final int maxBytes;
    private long bytes;

    Allowance(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void charge(KeyValue row) {
        charge(bytesOf(row));
    }

    /** For a row of that many bytes. */
    void charge(long rowBytes) {
        bytes += rowBytes + ROW_BYTES;
        if (bytes > maxBytes) {
            throw new Refused(new Outcome.ResultTooLarge(maxBytes));
        }
    }

    /** For a row that was charged, and is let go of. */
    void release(KeyValue row) {
        bytes -= bytesOf(row) + ROW_BYTES;
    }

    private static long bytesOf(KeyValue row) {
        return row.key().length() + (long) row.value().length();
    }
}
