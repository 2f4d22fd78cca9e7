package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;

/**
 * Asks for a pin after so many bytes of log, besides the pin after so many entries: large entries would otherwise leave a long log to
 * read at the next start. On the apply thread; passes on what it observes.
 */
final class PinByBytes implements Observer {
    private final Observer next;
    private final long everyBytes;
    private final Runnable askForPin;
    private long bytesSincePin;

    PinByBytes(Observer next, long everyBytes, Runnable askForPin) {
        this.next = next;
        this.everyBytes = everyBytes;
        this.askForPin = askForPin;
    }

    @Override
    public void proposalFinished(ProposalResult result, long nanos) {
        next.proposalFinished(result, nanos);
    }

    @Override
    public void batchApplied(int entries, long bytes, long nanos) {
        next.batchApplied(entries, bytes, nanos);
        bytesSincePin += bytes;
        if (bytesSincePin >= everyBytes) {
            // One that fails is asked for again after as many bytes.
            bytesSincePin = 0;
            askForPin.run();
        }
    }

    @Override
    public void configured(Position at, Bytes before, Bytes after) {
        next.configured(at, before, after);
    }

    @Override
    public void ceilingRaised() {
        next.ceilingRaised();
    }

    @Override
    public void pinned(Position position, long nanos) {
        bytesSincePin = 0;
        next.pinned(position, nanos);
    }
}
