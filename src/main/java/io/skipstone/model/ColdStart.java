package io.skipstone.model;

import java.util.Optional;

/**
 * How the node came up.
 *
 * @param reason {@code none} for fresh and skipped; for restored, why the store could not be trusted
 * @param have position that the store held
 * @param logStart first index in the log on disk, or -1 when there is none
 * @param logEnd last index in the log on disk, or -1 when there is none
 * @param replayed entries between the store and the end of the log: what is left to apply
 * @param openMillis time to open the store
 * @param gateMillis time to read the log's extent and decide
 * @param raftMillis time to start Ratis
 */
public record ColdStart(
        Outcome outcome,
        String reason,
        Optional<Position> have,
        long logStart,
        long logEnd,
        long replayed,
        Timestamp hlcCeiling,
        long cutover,
        long openMillis,
        long gateMillis,
        long raftMillis) {
    /** What the gate decided. */
    public enum Outcome {
        FRESH,
        SKIPPED,
        RESTORED
    }
}
