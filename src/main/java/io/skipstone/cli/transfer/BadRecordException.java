package io.skipstone.cli.transfer;

/** One record cannot be imported; the next one may be. The message names no user data. */
final class BadRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    BadRecordException(String reason) {
        // No stack trace: it is a remark on a line of the input.
        super(reason, null, false, false);
    }

    String reason() {
        return String.valueOf(getMessage());
    }
}
