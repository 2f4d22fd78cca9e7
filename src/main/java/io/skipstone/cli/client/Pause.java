package io.skipstone.cli.client;

import java.time.Duration;

/** Waits between two requests. */
public final class Pause {
    private Pause() {}

    /** Throws {@link CliFailure} when the command is stopped meanwhile. */
    public static void rest(Duration pause) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CliFailure(CliFailure.REFUSED, "stopped while waiting for the node", stopped);
        }
    }
}
