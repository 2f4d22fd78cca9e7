package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;

/**
 * Asks for a pin when a change of the group's members is complete and in the store, so that who is in the group survives a power loss
 * without the log. On the apply thread; passes on what it observes.
 */
final class PinByMembers implements Observer {
    private static final System.Logger LOG = System.getLogger(PinByMembers.class.getName());

    private final Observer next;
    private final Runnable askForPin;

    PinByMembers(Observer next, Runnable askForPin) {
        this.next = next;
        this.askForPin = askForPin;
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
        if (Members.of(after).completesAChangeOf(Members.of(before))) {
            LOG.log(System.Logger.Level.INFO, "members of the group changed, the store is pinned applied=" + at);
            // One that fails is made good by the next one, whoever asks for it.
            askForPin.run();
        }
    }

    @Override
    public void ceilingRaised() {
        next.ceilingRaised();
    }

    @Override
    public void pinned(Position position, long nanos) {
        next.pinned(position, nanos);
    }
}
