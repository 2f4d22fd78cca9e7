package io.skipstone.consensus.install;

/** A member does not send what it was asked for, for now; another one may. */
final class SourceFailure extends Exception {
    private static final long serialVersionUID = 1L;

    SourceFailure(String message) {
        super(message, null, false, false);
    }
}
