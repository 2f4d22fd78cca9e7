package io.skipstone.consensus.peer;

/** Another node did not answer. */
public final class PeerFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean mayHaveArrived;

    PeerFailure(String message, boolean mayHaveArrived, Throwable cause) {
        super(message, cause, false, false);
        this.mayHaveArrived = mayHaveArrived;
    }

    /** Whether the request may have reached it and may still take effect; false if it certainly has not. */
    public boolean mayHaveArrived() {
        return mayHaveArrived;
    }
}
