package io.skipstone.model;

import java.util.Optional;

/**
 * How the node came up.
 *
 * @param reason {@code none} for a clean start; else why the store or the log could not be taken as it was
 * @param have position that the store held, after whatever was repaired
 * @param logStart first index in the log on disk, or -1 when there is none
 * @param logEnd last index in the log on disk, or -1 when there is none
 * @param replayed entries between the store and the end of the log: what is left to apply
 * @param generation number of the store in use
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
        int generation,
        Phases phases) {
    /** What the gate decided. */
    public enum Outcome {
        FRESH,
        SKIPPED,
        RESTORED
    }

    /**
     * How long each part of the start took.
     *
     * @param openMicros to open the store
     * @param gateMicros to read the log and decide
     * @param decidedMillis from the start of the JVM until the gate accepted, repairs included
     * @param repairMicros to do what the gate asked for; 0 on a clean start
     * @param raftMicros from the start of Ratis until the node served for the first time; 0 until then
     */
    public record Phases(long openMicros, long gateMicros, long decidedMillis, long repairMicros, long raftMicros) {
        public static final Phases NONE = new Phases(0, 0, 0, 0, 0);
    }

    public ColdStart servedAfter(long raftMicros) {
        return new ColdStart(
                outcome,
                reason,
                have,
                logStart,
                logEnd,
                replayed,
                hlcCeiling,
                cutover,
                generation,
                new Phases(
                        phases.openMicros, phases.gateMicros, phases.decidedMillis, phases.repairMicros, raftMicros));
    }
}
