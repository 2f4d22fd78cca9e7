package io.skipstone.snapshot;

import io.skipstone.model.Position;
import java.util.Locale;

/** How a node comes up, decided by {@link SkipGate} before Ratis starts. */
public sealed interface StartDecision {
    /** The first start, or one that ended before anything was applied: nothing to skip. */
    record Fresh() implements StartDecision {}

    /** The store holds everything up to this position: Ratis starts behind it and replays nothing that is there. */
    record Skip(Position have) implements StartDecision {}

    /**
     * As {@link Skip}, after the log has been moved aside: it ends before the store does. Ratis would append behind a gap and
     * never get ready. Safe in a group of one, where every applied entry is committed and nobody else counts on this log.
     */
    record SkipWithNewLog(Position have, Reason reason) implements StartDecision {}

    /** The store is not trusted: move it aside, open an empty one, and let Ratis replay the log, which is whole. */
    record Restore(Reason reason) implements StartDecision {}

    /**
     * Neither store nor log can make the node whole.
     *
     * @param advice one line for the operator
     */
    record Refuse(Reason reason, String advice) implements StartDecision {}

    /** Why the store could not be taken as it is. */
    enum Reason {
        META_MISSING,
        META_CORRUPT,
        ENV_CORRUPT,
        READ_ERROR,
        FORMAT_UNKNOWN,
        BEHIND_LOG,
        AHEAD_OF_LOG,
        BACKEND_WITHOUT_INDEX;

        /** As metrics, logs and probes say it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
