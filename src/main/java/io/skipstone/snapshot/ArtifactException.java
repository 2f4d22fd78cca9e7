package io.skipstone.snapshot;

import io.skipstone.model.ExitCode;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** An artifact cannot be used; the message is one line that says which, why, and what to do. */
public final class ArtifactException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int NO_CHUNK = -1;

    private final Kind kind;
    private final int chunk;

    ArtifactException(Kind kind, String message) {
        this(kind, message, NO_CHUNK, null);
    }

    ArtifactException(Kind kind, String message, @Nullable Throwable cause) {
        this(kind, message, NO_CHUNK, cause);
    }

    ArtifactException(Kind kind, String message, int chunk, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
        this.chunk = chunk;
    }

    public Kind kind() {
        return kind;
    }

    /** The chunk that is damaged, from 0, if it is one. */
    public OptionalInt chunk() {
        return chunk == NO_CHUNK ? OptionalInt.empty() : OptionalInt.of(chunk);
    }

    public ExitCode exitCode() {
        return kind.exitCode;
    }

    /** What is wrong with it. */
    public enum Kind {
        /** It ends before its manifest says so. */
        TRUNCATED(ExitCode.DAMAGED),
        /** Its bytes are not those that it was made with, or a copy inside contradicts its manifest. */
        DAMAGED(ExitCode.DAMAGED),
        /** Something else. */
        NOT_AN_ARTIFACT(ExitCode.DAMAGED),
        /** Made by a newer version. */
        NEWER_FORMAT(ExitCode.FORMAT),
        /** Made by an older version whose format is not read any more. */
        OLDER_FORMAT(ExitCode.FORMAT),
        /** Made in another group. */
        WRONG_GROUP(ExitCode.WRONG_OWNER),
        /** There is no such file. */
        MISSING(ExitCode.NO_INPUT),
        /** This user may not read it, or not write where it goes. */
        NOT_PERMITTED(ExitCode.NOT_PERMITTED),
        /** The disk refuses to read it, or to write where it goes. */
        UNREADABLE(ExitCode.DISK),
        /** No room for it. */
        NO_SPACE(ExitCode.DISK);

        private final ExitCode exitCode;

        Kind(ExitCode exitCode) {
            this.exitCode = exitCode;
        }
    }
}
