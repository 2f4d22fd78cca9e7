package io.skipstone.consensus;

import io.skipstone.model.Bytes;
import io.skipstone.model.Position;

/**
 * Asks for a pin when a change of the group's members is complete and in the store, so that who is in the group survives a power loss
 * without the log. On the apply thread.
 */
final class PinByMembers extends PassingOn {
    private static final System.Logger LOG = System.getLogger(PinByMembers.class.getName());

    private final Runnable askForPin;

    PinByMembers(Observer next, Runnable askForPin) {
        super(next);
        this.askForPin = askForPin;
    }

    @Override
    public void configured(Position at, Bytes before, Bytes after) {
        super.configured(at, before, after);
        if (Members.of(after).completesAChangeOf(Members.of(before))) {
            LOG.log(System.Logger.Level.INFO, "members of the group changed, the store is pinned applied=" + at);
            // One that fails is made good by the next one, whoever asks for it.
            askForPin.run();
        }
    }
}
