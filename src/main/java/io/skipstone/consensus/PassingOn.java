package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;

/** Observes on behalf of another: whatever a subclass does not look at goes straight on. */
abstract class PassingOn implements Observer {
    private final Observer next;

    PassingOn(Observer next) {
        this.next = next;
    }

    @Override
    public void proposalFinished(ProposalResult result, long nanos) {
        next.proposalFinished(result, nanos);
    }

    @Override
    public void batchApplied(int entries, long bytes, long nanos) {
        next.batchApplied(entries, bytes, nanos);
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
        next.pinned(position, nanos);
    }

    @Override
    public void installed(Position at, long bytes, long nanos) {
        next.installed(at, bytes, nanos);
    }
}
