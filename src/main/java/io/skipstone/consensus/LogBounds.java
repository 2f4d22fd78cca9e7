package io.skipstone.consensus;

import io.skipstone.model.Invariants;

/**
 * What keeps the log short. A start reads what is left of it.
 *
 * @param pinEveryEntries the store is pinned, and the log may be purged, after this many entries
 * @param pinEveryBytes the same, after this many bytes of entries: few large ones would otherwise leave a long log
 * @param keepEntries this many entries are never purged. At least one: an empty log is one that was lost, or made way for an install, and
 *     the gate can tell. Among several members at least what one of them may have in its log that was never agreed on, so that the others still
 *     know where it parted from them
 * @param segmentBytes size of one file of the log; purging goes by whole files, and the one that is written to always stays
 */
public record LogBounds(long pinEveryEntries, long pinEveryBytes, long keepEntries, long segmentBytes) {
    /** About what a start may find to read; the open segment and the one before it come on top. */
    static final long PIN_EVERY_BYTES = 16L << 20;

    /** Small, because a start reads every segment that is left. */
    static final long SEGMENT_BYTES = 8L << 20;

    public LogBounds {
        Invariants.check(
                pinEveryEntries > 0 && pinEveryBytes > 0 && keepEntries > 0 && segmentBytes > 0,
                "log bounds must be positive: {} entries, {} bytes, {} kept, segments of {}",
                pinEveryEntries,
                pinEveryBytes,
                keepEntries,
                segmentBytes);
    }

    /** As a node runs. */
    public static LogBounds of(long pinEveryEntries, long keepEntries) {
        return new LogBounds(pinEveryEntries, PIN_EVERY_BYTES, keepEntries, SEGMENT_BYTES);
    }
}
