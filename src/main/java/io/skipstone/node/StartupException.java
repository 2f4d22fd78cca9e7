package io.skipstone.node;

import org.jspecify.annotations.Nullable;

/** The node cannot start; the message is one line that says what to do. */
public final class StartupException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StartupException(String message) {
        super(message);
    }

    public StartupException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
