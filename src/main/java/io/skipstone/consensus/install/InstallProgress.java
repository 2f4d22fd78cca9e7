package io.skipstone.consensus.install;

import io.skipstone.model.StartProgress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** How far an install has come; written by the thread that works at it, read by any. */
public final class InstallProgress {
    private volatile Optional<Step> step = Optional.empty();

    private record Step(long doneBytes, long totalBytes, long beginNanos) {}

    void begin() {
        step = Optional.of(new Step(0, 0, System.nanoTime()));
    }

    void at(long doneBytes, long totalBytes) {
        step = step.map(before -> new Step(doneBytes, totalBytes, before.beginNanos));
    }

    void end() {
        step = Optional.empty();
    }

    /** Empty while no store is installed. */
    public Optional<StartProgress> now() {
        return step.map(at -> new StartProgress(
                StartProgress.Phase.RESTORING,
                at.doneBytes,
                at.totalBytes,
                StartProgress.Unit.BYTES,
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - at.beginNanos)));
    }
}
