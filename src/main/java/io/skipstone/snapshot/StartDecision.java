package io.skipstone.snapshot;

import io.skipstone.model.ExitCode;
import io.skipstone.model.Position;
import java.nio.file.Path;
import java.util.Locale;

/** What is to be done next so that the node comes up right; decided by {@link SkipGate} before Ratis starts. */
public sealed interface StartDecision {
    /** The store is used as it is, and the log behind it. Nothing is left to decide. */
    sealed interface Accept extends StartDecision {}

    /** Something on disk is changed first; then the gate looks again. Each leads to an {@link Accept}, never to a {@link Refuse}. */
    sealed interface Repair extends StartDecision {
        Reason reason();
    }

    /** The first start, or one that ended before anything was applied: nothing to skip. */
    record Fresh() implements Accept {}

    /** The store holds everything up to this position: Ratis starts behind it and replays nothing that is there. */
    record Skip(Position have) implements Accept {}

    /** The store is empty, and Ratis makes it again from the log, which is whole. */
    record Replay(Reason reason) implements Accept {}

    /** The log ends in a write that a power loss tore: keep a copy of the tail, and cut it off. */
    record CutTail(LogFlaw tail) implements Repair {
        @Override
        public Reason reason() {
            return Reason.LOG_TORN;
        }
    }

    /**
     * The log begins with entries that cannot be read and that the store holds: move them aside, as a purge would have deleted them.
     *
     * @param first index of the entry that the log then begins with
     */
    record DropFront(LogFlaw front, long first) implements Repair {
        @Override
        public Reason reason() {
            return Reason.LOG_DAMAGED;
        }
    }

    /**
     * The store holds more than the log: move the log aside. Ratis would append behind a gap and never get ready. Safe in a group of
     * one, where every applied entry is committed and nobody else counts on this log; and where the store came from another member.
     */
    record NewLog(Reason reason, Position have) implements Repair {}

    /** The store is not trusted: move it aside and begin an empty one. */
    record SetStoreAside(Reason reason) implements Repair {}

    /** The store is not trusted, or knows too little: take in this artifact, which then is the store that knows most. */
    record TakeIn(Reason reason, ArtifactOffer artifact) implements Repair {}

    /**
     * Neither store nor log nor artifact can make the node whole. Nothing was changed.
     *
     * @param advice one line for the operator
     */
    record Refuse(Reason reason, String advice) implements StartDecision {
        public ExitCode exitCode() {
            return reason.exitCode;
        }
    }

    /** An artifact that is to be had here, of this group. Its data has not been read yet. */
    record ArtifactOffer(Path file, Position applied) {}

    /** Why the store or the log could not be taken as it is. */
    enum Reason {
        META_MISSING(ExitCode.DAMAGED),
        META_CORRUPT(ExitCode.DAMAGED),
        ENV_CORRUPT(ExitCode.DAMAGED),
        READ_ERROR(ExitCode.DISK),
        FORMAT_UNKNOWN(ExitCode.FORMAT),
        BEHIND_LOG(ExitCode.DAMAGED),
        AHEAD_OF_LOG(ExitCode.DAMAGED),
        BACKEND_WITHOUT_INDEX(ExitCode.DAMAGED),
        LOG_TORN(ExitCode.DAMAGED),
        LOG_DAMAGED(ExitCode.DAMAGED),
        /** An install was cut off before the old log had made way. */
        LOG_SUPERSEDED(ExitCode.DAMAGED),
        VOTE_MISSING(ExitCode.DAMAGED),
        WRONG_OWNER(ExitCode.WRONG_OWNER);

        private final ExitCode exitCode;

        Reason(ExitCode exitCode) {
            this.exitCode = exitCode;
        }

        /** As metrics, logs and probes say it. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
