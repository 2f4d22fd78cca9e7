package io.skipstone.snapshot;

import io.skipstone.model.Position;
import io.skipstone.snapshot.StartDecision.CutTail;
import io.skipstone.snapshot.StartDecision.DropFront;
import io.skipstone.snapshot.StartDecision.NewLog;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Refuse;
import io.skipstone.snapshot.StartDecision.Skip;

/** Whether the log goes on where a store stands, and what must be done so that it does. */
final class LogCheck {
    static final String PUT_BACK = "put a backup of the data directory in place, or a saved artifact of this group into"
            + " artifact/, or begin a new data directory with snapshot restore";

    private LogCheck() {}

    /** For a store at that position. A repair leads to {@link Skip}, after others of its kind. */
    static StartDecision of(Position have, LogExtent log) {
        if (log.tail().isPresent()) {
            return withTail(have, log, log.tail().get());
        }
        if (log.front().isPresent()) {
            return withFront(have, log, log.front().get());
        }
        if (log.isEmpty()) {
            // Raft's terms begin at 1: at term 0 no entry of this group exists yet, as in a restored store.
            return have.term() == 0 || log.hasVote() ? new Skip(have) : voteMissing(log);
        }
        if (!log.hasVote()) {
            return voteMissing(log);
        }
        if (have.index() + 1 < log.start()) {
            return new Refuse(
                    Reason.BEHIND_LOG,
                    "the store stands at " + have + " and the log " + log + " begins behind it; " + PUT_BACK);
        }
        return have.index() > log.end() ? new NewLog(Reason.AHEAD_OF_LOG, have) : new Skip(have);
    }

    private static StartDecision withTail(Position have, LogExtent log, LogFlaw tail) {
        if (log.front().isPresent() && log.front().get().through() > have.index()) {
            return damaged(log.front().get());
        }
        if (tail.through() <= have.index()) {
            return ifAccepted(new NewLog(Reason.LOG_DAMAGED, have), of(have, log.withoutEntries()));
        }
        // What is in the store was forced in the log before: only what lies behind it can be torn.
        return tail.torn() && tail.from() > have.index()
                ? ifAccepted(new CutTail(tail), of(have, log.withoutTail()))
                : damaged(tail);
    }

    private static StartDecision withFront(Position have, LogExtent log, LogFlaw front) {
        if (front.through() > have.index()) {
            return damaged(front);
        }
        return log.isEmpty()
                ? ifAccepted(new NewLog(Reason.LOG_DAMAGED, have), of(have, log.withoutEntries()))
                : ifAccepted(new DropFront(front, log.start()), of(have, log.withoutFront()));
    }

    private static StartDecision ifAccepted(StartDecision.Repair repair, StartDecision afterwards) {
        return afterwards instanceof Refuse ? afterwards : repair;
    }

    static Refuse damaged(LogFlaw flaw) {
        return new Refuse(
                Reason.LOG_DAMAGED,
                "the log is damaged (" + flaw + ") and the store does not hold all of it; " + PUT_BACK);
    }

    static Refuse voteMissing(LogExtent log) {
        return new Refuse(
                log.isEmpty() ? Reason.AHEAD_OF_LOG : Reason.VOTE_MISSING,
                (log.isEmpty()
                                ? "the log is gone, with Raft's term and vote"
                                : "raft-meta, which holds Raft's term and vote, is missing beside the log " + log)
                        + "; put it back from a copy, or begin a new data directory with snapshot restore");
    }
}
