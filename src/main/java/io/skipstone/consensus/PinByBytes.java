package io.skipstone.consensus;

import io.skipstone.model.Position;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Asks for a pin after so many bytes of log, besides the pin after so many entries: large entries would otherwise leave a long log to
 * read at the next start. On the apply thread; passes on what it observes.
 */
final class PinByBytes implements Observer {
    /** What a start may find to read, about; the open segment and the one before it come on top. */
    static final long PIN_EVERY_BYTES = 16L << 20;

    private static final System.Logger LOG = System.getLogger(PinByBytes.class.getName());

    private final Observer next;
    private final Supplier<CompletionStage<Position>> pin;
    private long bytesSincePin;

    PinByBytes(Observer next, Supplier<CompletionStage<Position>> pin) {
        this.next = next;
        this.pin = pin;
    }

    @Override
    public void proposalFinished(ProposalResult result, long nanos) {
        next.proposalFinished(result, nanos);
    }

    @Override
    public void batchApplied(int entries, long bytes, long nanos) {
        next.batchApplied(entries, bytes, nanos);
        bytesSincePin += bytes;
        if (bytesSincePin >= PIN_EVERY_BYTES) {
            bytesSincePin = 0;
            // Not waited for: the pin itself is work of this thread. One that fails is asked for again after as many
            // bytes.
            var _ = pin.get().whenComplete((_, failure) -> {
                if (failure != null) {
                    LOG.log(
                            System.Logger.Level.WARNING,
                            "pin after many bytes did not finish, the log is kept",
                            failure);
                }
            });
        }
    }

    @Override
    public void pinned(Position position, long nanos) {
        bytesSincePin = 0;
        next.pinned(position, nanos);
    }
}
