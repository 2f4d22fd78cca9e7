package io.skipstone.node;

import io.skipstone.model.StartProgress;
import io.skipstone.model.StartProgress.Phase;
import io.skipstone.model.StartProgress.Unit;
import java.util.concurrent.TimeUnit;

/** How far the start has come until Ratis runs; written by the thread that starts the node, read by the probes. */
final class StartTracker {
    private volatile Step step = new Step(Phase.OPENING, 0, 0, System.nanoTime());

    private record Step(Phase phase, long doneBytes, long totalBytes, long beginNanos) {}

    /** The group is not known yet. */
    void forming() {
        step = new Step(Phase.FORMING, 0, 0, System.nanoTime());
    }

    /** The gate has decided that something must be put right. */
    void restoring() {
        step = new Step(Phase.RESTORING, 0, 0, System.nanoTime());
    }

    /** So many bytes of the artifact are in the new store. */
    void copied(long doneBytes, long totalBytes) {
        step = new Step(Phase.RESTORING, doneBytes, totalBytes, step.beginNanos);
    }

    /** The store may be used; Ratis is next. */
    void accepted() {
        step = new Step(Phase.ELECTING, 0, 0, System.nanoTime());
    }

    StartProgress progress() {
        Step now = step;
        long elapsedMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - now.beginNanos);
        return new StartProgress(
                now.phase,
                now.doneBytes,
                now.totalBytes,
                now.phase == Phase.RESTORING ? Unit.BYTES : Unit.NONE,
                elapsedMillis);
    }
}
