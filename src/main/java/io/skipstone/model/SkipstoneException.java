package io.skipstone.model;

/**
 * An answer that is not the one asked for, sorted by what the caller may do next.
 *
 * <p>Each has a {@link #code} that stays stable and a message that says what to do. A business outcome (missing key,
 * failed compare, conflict) is not among these: it is an {@code Outcome}.
 */
public abstract sealed class SkipstoneException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String code;

    private SkipstoneException(String code, String message) {
        // No stack trace: these are answers, made by the thousand under load.
        super(message, null, false, false);
        this.code = code;
    }

    /** Stable, machine-readable: lower case with underscores. */
    public String code() {
        return code;
    }

    /** Whether the same request may succeed later without being changed. */
    public abstract boolean retryable();

    /** The request is wrong: fix it. Nothing was proposed. */
    public static final class BadRequest extends SkipstoneException {
        private static final long serialVersionUID = 1L;

        public BadRequest(String code, String message) {
            super(code, message);
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    /** The request is over a limit: make it smaller. Nothing was proposed. */
    public static final class TooLarge extends SkipstoneException {
        private static final long serialVersionUID = 1L;

        public TooLarge(String code, String message) {
            super(code, message);
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    /** The history asked for is gone: read at the floor or above. */
    public static final class Compacted extends SkipstoneException {
        private static final long serialVersionUID = 1L;

        private final long floorBits;
        private final long lowestRevision;

        public Compacted(Timestamp floor) {
            super("compacted", "versions before the GC floor " + floor + " are gone; read at " + floor + " or later");
            this.floorBits = floor.bits();
            this.lowestRevision = 0;
        }

        /** Of events, which are asked for by revision. */
        public Compacted(Timestamp floor, long lowestRevision) {
            super(
                    "compacted",
                    "changes before revision " + lowestRevision + " are gone; read the state, and watch from revision "
                            + lowestRevision + " or later");
            this.floorBits = floor.bits();
            this.lowestRevision = lowestRevision;
        }

        public Timestamp floor() {
            return new Timestamp(floorBits);
        }

        /** The lowest revision that can be watched; 0 if it was no watch that was refused. */
        public long lowestRevision() {
            return lowestRevision;
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    /** Too much at once: wait and repeat. Nothing was proposed. */
    public static final class Overloaded extends SkipstoneException {
        private static final long serialVersionUID = 1L;

        public Overloaded(String message) {
            this("overloaded", message);
        }

        public Overloaded(String code, String message) {
            super(code, message);
        }

        @Override
        public boolean retryable() {
            return true;
        }
    }

    /** The node starts, drains or knows no leader: wait and repeat. Nothing was proposed. */
    public static final class NotReady extends SkipstoneException {
        private static final long serialVersionUID = 1L;

        public NotReady(String message) {
            this("not_ready", message);
        }

        public NotReady(String code, String message) {
            super(code, message);
        }

        @Override
        public boolean retryable() {
            return true;
        }
    }

    /** The write may or may not take effect: repeat it only with an idempotency key. */
    public static final class OutcomeUnknown extends SkipstoneException {
        private static final long serialVersionUID = 1L;

        public OutcomeUnknown(String message) {
            super("outcome_unknown", message);
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }

    /** The node has no room left: delete, compact or add disk. Nothing was proposed. */
    public static final class OutOfSpace extends SkipstoneException {
        private static final long serialVersionUID = 1L;

        public OutOfSpace(String message) {
            super("out_of_space", message);
        }

        @Override
        public boolean retryable() {
            return false;
        }
    }
}
