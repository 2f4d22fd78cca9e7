package io.skipstone.snapshot;

import io.skipstone.model.Invariants;

/**
 * A part of the log that cannot be read.
 *
 * @param file name of the segment
 * @param offset where the first bad byte may be
 * @param bytes how many bytes from there on are not zero and not known to be good
 * @param from index of the first entry that cannot be read
 * @param through index of the last entry that may have stood there; {@link #UNKNOWN} when the bytes do not tell
 * @param torn whether it is what a power loss leaves of a write that was never forced, and so never acknowledged
 * @param what one phrase for the operator
 */
public record LogFlaw(String file, long offset, long bytes, long from, long through, boolean torn, String what) {
    /** The log may have gone on for ever. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    public LogFlaw {
        Invariants.check(from <= through, "flaw from {} through {}", from, through);
    }

    @Override
    public String toString() {
        return what + " in " + file + " at byte " + offset + ", entries " + from + " to "
                + (through == UNKNOWN ? "?" : String.valueOf(through));
    }
}
