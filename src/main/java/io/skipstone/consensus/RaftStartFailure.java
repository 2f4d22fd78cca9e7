package io.skipstone.consensus;

/** The node's part in its group could not be started. The message is for the operator. */
public final class RaftStartFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public RaftStartFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
