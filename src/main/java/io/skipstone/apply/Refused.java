package io.skipstone.apply;

import io.skipstone.command.Outcome;

/** Ends a run that has changed nothing yet. Does not leave this room. */
final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;

    Refused(Outcome outcome) {
        super(null, null, false, false);
        this.outcome = outcome;
    }

    Outcome outcome() {
        return outcome;
    }
}
