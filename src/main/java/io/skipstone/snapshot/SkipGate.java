package io.skipstone.snapshot;

import io.skipstone.model.Position;
import io.skipstone.snapshot.StartDecision.Fresh;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Refuse;
import io.skipstone.snapshot.StartDecision.Restore;
import io.skipstone.snapshot.StartDecision.Skip;
import io.skipstone.snapshot.StartDecision.SkipWithNewLog;
import io.skipstone.store.StoreState;
import io.skipstone.store.StoreState.Doubt;
import java.util.Optional;

/**
 * Decides whether the store may be used as it is. Pure: the caller acts on the answer.
 *
 * <p>The states that are refused or repaired here are those in which Ratis 3.3.0 neither fails nor works: with the store behind
 * the log's start it spins a core for ever, with the store ahead of the log's end it leads and cannot append.
 */
public final class SkipGate {
    private SkipGate() {}

    /** For a group of one member. */
    public static StartDecision decide(StoreState store, LogExtent log) {
        return switch (store) {
            case StoreState.Fresh _ -> log.isEmpty() ? new Fresh() : withoutStore(Reason.META_MISSING, log);
            case StoreState.Unknown(var doubt) -> withoutStore(reason(doubt), log);
            case StoreState.Known(var meta) ->
                meta.applied().map(have -> withStore(have, log)).orElseGet(() -> beforeTheFirstEntry(log));
        };
    }

    private static StartDecision withoutStore(Reason reason, LogExtent log) {
        if (log.isWhole()) {
            return new Restore(reason);
        }
        return new Refuse(
                reason,
                "the store cannot be used (" + reason.code() + ") and the log " + describe(log)
                        + " does not hold all of it; put a backup of the data directory in place");
    }

    /** There is a store that never took an entry: the log must supply all of them. */
    private static StartDecision beforeTheFirstEntry(LogExtent log) {
        return log.isEmpty() || log.isWhole() ? new Fresh() : behindLog("nothing", log);
    }

    private static StartDecision withStore(Position have, LogExtent log) {
        if (!log.hasVote()) {
            return new Refuse(
                    Reason.AHEAD_OF_LOG,
                    "the store stands at " + have + " and the directory of the log is missing or has no raft-meta;"
                            + " put it back, or import an export of the data into a new directory");
        }
        if (log.isEmpty()) {
            return new Skip(have);
        }
        if (have.index() + 1 < log.start()) {
            return behindLog(have.toString(), log);
        }
        return have.index() > log.end() ? new SkipWithNewLog(have, Reason.AHEAD_OF_LOG) : new Skip(have);
    }

    private static StartDecision behindLog(String have, LogExtent log) {
        return new Refuse(
                Reason.BEHIND_LOG,
                "the store stands at " + have + " and the log " + describe(log)
                        + " begins behind it; put a backup of the data directory in place");
    }

    private static String describe(LogExtent log) {
        return Optional.of(log)
                .filter(extent -> !extent.isEmpty())
                .map(extent -> "from " + extent.start() + " to " + extent.end())
                .orElse("(empty)");
    }

    private static Reason reason(Doubt doubt) {
        return switch (doubt) {
            case META_MISSING -> Reason.META_MISSING;
            case META_CORRUPT -> Reason.META_CORRUPT;
            case ENV_CORRUPT -> Reason.ENV_CORRUPT;
            case READ_ERROR -> Reason.READ_ERROR;
            case FORMAT_UNKNOWN -> Reason.FORMAT_UNKNOWN;
        };
    }
}
