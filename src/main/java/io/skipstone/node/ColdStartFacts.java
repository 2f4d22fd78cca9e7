package io.skipstone.node;

import io.skipstone.model.ColdStart;
import io.skipstone.model.ColdStart.Outcome;
import io.skipstone.model.Position;
import io.skipstone.snapshot.LogExtent;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.store.Generations.Opened;
import io.skipstone.store.StoreMeta;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What a start took, and how it is told afterwards. Used by the thread that starts the node. */
final class ColdStartFacts {
    private long openNanos;
    private long gateNanos;
    private long repairNanos;

    /** A step that may find the disk unwilling. */
    interface Step<T> {
        T run() throws IOException;
    }

    <T> T timeOpen(Supplier<T> step) {
        long begin = System.nanoTime();
        T result = step.get();
        openNanos += System.nanoTime() - begin;
        return result;
    }

    <T> T timeGate(Step<T> step) throws IOException {
        long begin = System.nanoTime();
        T result = step.run();
        gateNanos += System.nanoTime() - begin;
        return result;
    }

    <T> T timeRepair(Step<T> step) throws IOException {
        long begin = System.nanoTime();
        T result = step.run();
        repairNanos += System.nanoTime() - begin;
        return result;
    }

    /**
     * All of it, for the log, the metrics and the probes.
     *
     * @param first the first repair: it says what was found, the others follow from it
     */
    ColdStart coldStart(
            Opened opened, LogExtent extent, StartDecision.Accept accept, Optional<StartDecision.Repair> first) {
        StoreMeta meta = opened.store().meta();
        long held = meta.applied().map(Position::index).orElse(-1L);
        return new ColdStart(
                outcome(accept, first),
                reason(accept, first),
                meta.applied(),
                extent.start(),
                extent.end(),
                Math.max(0, extent.end() - held),
                meta.hlcCeiling(),
                meta.cutover(),
                opened.generation().number(),
                new ColdStart.Phases(micros(openNanos), micros(gateNanos), millisSinceStart(), micros(repairNanos), 0));
    }

    private static Outcome outcome(StartDecision.Accept accept, Optional<StartDecision.Repair> first) {
        return switch (accept) {
            case StartDecision.Fresh _ -> Outcome.FRESH;
            case StartDecision.Skip _ ->
                first.filter(StartDecision.TakeIn.class::isInstance).isPresent() ? Outcome.RESTORED : Outcome.SKIPPED;
            case StartDecision.Replay _ -> Outcome.RESTORED;
        };
    }

    private static String reason(StartDecision.Accept accept, Optional<StartDecision.Repair> first) {
        return first.map(repair -> repair.reason().code())
                .orElseGet(() -> accept instanceof StartDecision.Replay(var reason) ? reason.code() : "none");
    }

    /** Both by the wall clock: whoever sets it meanwhile gets a wrong figure in one log line. */
    private static long millisSinceStart() {
        return System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    }

    private static long micros(long nanos) {
        return TimeUnit.NANOSECONDS.toMicros(nanos);
    }
}
