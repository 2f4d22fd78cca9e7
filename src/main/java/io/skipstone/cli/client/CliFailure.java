package io.skipstone.cli.client;

/** Ends a command with an exit code and a message for the person at the terminal. */
public final class CliFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A key is missing, a compare failed, or an import rejected records: a result, not a fault. */
    public static final int NOT_FOUND = 1;

    public static final int USAGE = 2;

    /** The node answered and refused, or a local file cannot be used. */
    public static final int REFUSED = 3;

    public static final int UNREACHABLE = 4;

    private final int exitCode;

    public CliFailure(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    public CliFailure(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}
