package io.skipstone.consensus;

import io.skipstone.model.Position;

/**
 * Asks for a pin after so many bytes of log, besides the pin after so many entries: large entries would otherwise leave a long log to
 * read at the next start. On the apply thread.
 */
final class PinByBytes extends PassingOn {
    private final long everyBytes;
    private final Runnable askForPin;
    private long bytesSincePin;

    PinByBytes(Observer next, long everyBytes, Runnable askForPin) {
        super(next);
        this.everyBytes = everyBytes;
        this.askForPin = askForPin;
    }

    @Override
    public void batchApplied(int entries, long bytes, long nanos) {
        super.batchApplied(entries, bytes, nanos);
        bytesSincePin += bytes;
        if (bytesSincePin >= everyBytes) {
            // One that fails is asked for again after as many bytes.
            bytesSincePin = 0;
            askForPin.run();
        }
    }

    @Override
    public void pinned(Position position, long nanos) {
        bytesSincePin = 0;
        super.pinned(position, nanos);
    }
}
