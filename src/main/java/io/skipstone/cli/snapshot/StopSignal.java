package io.skipstone.cli.snapshot;

import io.skipstone.cli.client.CliFailure;
import io.skipstone.snapshot.CopyProgress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets a command that is stopped (Ctrl-C) tidy up before the process ends. */
final class StopSignal implements AutoCloseable {
    /** The process ends after this long, tidy or not. */
    private static final long TIDY_WITHIN_SECONDS = 10;

    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stopAndWait, "tidy-up");
    private volatile boolean stopped;

    private StopSignal() {}

    static StopSignal watch() {
        var signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    private void stopAndWait() {
        stopped = true;
        try {
            var _ = done.await(TIDY_WITHIN_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
        }
    }

    /** Throws {@link CliFailure} once the process is to stop. */
    void check() {
        if (stopped) {
            throw new CliFailure(CliFailure.REFUSED, "stopped; nothing is left behind");
        }
    }

    /** Waits, unless the process is to stop. */
    void rest(Duration pause) {
        check();
        try {
            Thread.sleep(pause);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new CliFailure(CliFailure.REFUSED, "stopped; nothing is left behind", interrupted);
        }
        check();
    }

    /** Checks at each step. */
    CopyProgress whileAt(CopyProgress progress) {
        return (doneBytes, totalBytes) -> {
            check();
            progress.at(doneBytes, totalBytes);
        };
    }

    /** All is tidy. */
    @Override
    public void close() {
        done.countDown();
        if (!stopped) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException endingMeanwhile) {
                // The hook runs, and need not wait any more.
                stopped = true;
            }
        }
    }
}
