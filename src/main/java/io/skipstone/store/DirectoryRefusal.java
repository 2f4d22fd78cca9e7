package io.skipstone.store;

import io.skipstone.model.ExitCode;
import java.io.IOException;
import java.nio.file.Path;

/** A data directory cannot be used, and was left as it is; the message is one line that says what to do. */
public final class DirectoryRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode exitCode;

    DirectoryRefusal(ExitCode exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    DirectoryRefusal(ExitCode exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    static DirectoryRefusal of(Path root, IOException failure) {
        DiskTrouble trouble = DiskTrouble.of(failure);
        return new DirectoryRefusal(
                trouble.exitCode(),
                "data directory " + root + " cannot be used: " + trouble.advice() + ", or use another (" + failure
                        + ")",
                failure);
    }

    public ExitCode exitCode() {
        return exitCode;
    }
}
