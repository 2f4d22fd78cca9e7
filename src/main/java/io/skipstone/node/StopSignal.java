package io.skipstone.node;

/**
 * Tells the moment in which the process is told to stop (SIGTERM, Ctrl-C). The framework's own event comes only when it has closed the
 * doors, which is too late to ask anybody to leave through them.
 */
final class StopSignal implements AutoCloseable {
    private final Thread hook;

    private StopSignal(Thread hook) {
        this.hook = hook;
    }

    /**
     * @param onStop runs beside the framework's own shutdown, which waits for as long as {@link StopLimits} tells it
     */
    static StopSignal listen(Runnable onStop) {
        var signal = new StopSignal(Thread.ofPlatform().name("node-leave").unstarted(onStop));
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Stops listening. Does nothing once the signal has come. */
    @Override
    public void close() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // The hook runs, or has run.
            return;
        }
    }
}
