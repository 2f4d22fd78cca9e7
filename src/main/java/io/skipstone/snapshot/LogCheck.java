package io.skipstone.snapshot;

import io.skipstone.model.Position;
import io.skipstone.snapshot.StartDecision.CutTail;
import io.skipstone.snapshot.StartDecision.DropFront;
import io.skipstone.snapshot.StartDecision.NewLog;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Refuse;
import io.skipstone.snapshot.StartDecision.Skip;

/**
 * Whether the log goes on where a store stands, and what must be done so that it does.
 *
 * <p>With several voters this node's log is part of every majority that it was counted in. So there, nothing is repaired that leaves open
 * whether an acknowledged entry is gone: only what was never acknowledged is cut off, and only what the store holds is moved aside.
 */
final class LogCheck {
    private static final String PUT_BACK =
            "put a backup of the data directory in place, or a saved artifact of this group into"
                    + " artifact/, or begin a new data directory with snapshot restore";

    private static final String REPLACE = "the other members have what this one lost, so replace it: take it out with"
            + " cluster remove, empty its data directory, start it, and cluster add it";

    private final Position have;
    private final LogExtent log;
    private final StartFacts facts;

    private LogCheck(Position have, LogExtent log, StartFacts facts) {
        this.have = have;
        this.log = log;
        this.facts = facts;
    }

    /** For a store at that position. A repair leads to {@link Skip}, after others of its kind. */
    static StartDecision of(Position have, LogExtent log, StartFacts facts) {
        return new LogCheck(have, log, facts).decide();
    }

    private StartDecision of(LogExtent repaired) {
        return of(have, repaired, facts);
    }

    private StartDecision decide() {
        if (log.tail().isPresent()) {
            return withTail(log.tail().get());
        }
        if (log.front().isPresent()) {
            return withFront(log.front().get());
        }
        return log.isEmpty() ? withoutEntries() : withEntries();
    }

    private StartDecision withoutEntries() {
        // Raft's terms begin at 1: at term 0 no entry of this group exists yet, as in a restored store.
        if (have.term() == 0) {
            return new Skip(have);
        }
        if (!log.hasVote()) {
            return voteMissing(log, facts);
        }
        // A purge leaves the last entry, so with others only an install accounts for an empty log.
        return facts.isAlone() || facts.isJustInstalled(have) ? new Skip(have) : entriesMissing();
    }

    private StartDecision withEntries() {
        if (!log.hasVote()) {
            return voteMissing(log, facts);
        }
        if (facts.isJustInstalled(have) && log.end() <= have.index()) {
            // What the log says up to here may never have been agreed on.
            return newLog(Reason.LOG_SUPERSEDED);
        }
        if (have.index() + 1 < log.start()) {
            return new Refuse(
                    Reason.BEHIND_LOG,
                    "the store stands at " + have + " and the log " + log + " begins behind it; " + advice(facts));
        }
        if (have.index() <= log.end()) {
            return new Skip(have);
        }
        return facts.isAlone() ? newLog(Reason.AHEAD_OF_LOG) : entriesMissing();
    }

    private StartDecision withTail(LogFlaw tail) {
        if (log.front().isPresent() && log.front().get().through() > have.index()) {
            return damaged(log.front().get(), facts);
        }
        if (tail.through() <= have.index()) {
            return withoutLog(tail);
        }
        // What is in the store was forced in the log before: only what lies behind it can be torn.
        return tail.torn() && tail.from() > have.index()
                ? ifAccepted(new CutTail(tail), of(log.withoutTail()))
                : damaged(tail, facts);
    }

    private StartDecision withFront(LogFlaw front) {
        if (front.through() > have.index()) {
            return damaged(front, facts);
        }
        return log.isEmpty()
                ? withoutLog(front)
                : ifAccepted(new DropFront(front, log.start()), of(log.withoutFront()));
    }

    /** The store holds all that may have stood in the log; with others it takes more to begin a new one. */
    private StartDecision withoutLog(LogFlaw flaw) {
        return facts.isAlone() || facts.isJustInstalled(have)
                ? ifAccepted(newLog(Reason.LOG_DAMAGED), of(log.withoutEntries()))
                : damaged(flaw, facts);
    }

    private NewLog newLog(Reason reason) {
        return new NewLog(reason, have);
    }

    private static StartDecision ifAccepted(StartDecision.Repair repair, StartDecision afterwards) {
        return afterwards instanceof Refuse ? afterwards : repair;
    }

    private Refuse entriesMissing() {
        return new Refuse(
                Reason.AHEAD_OF_LOG,
                "the store stands at " + have + " and the log " + log
                        + " ends before: entries behind it that this member acknowledged may be gone; "
                        + advice(facts));
    }

    static Refuse damaged(LogFlaw flaw, StartFacts facts) {
        String what = facts.isAlone() ? "the store does not hold all of it" : "others of the group count on it";
        return new Refuse(Reason.LOG_DAMAGED, "the log is damaged (" + flaw + ") and " + what + "; " + advice(facts));
    }

    static Refuse voteMissing(LogExtent log, StartFacts facts) {
        return new Refuse(
                log.isEmpty() ? Reason.AHEAD_OF_LOG : Reason.VOTE_MISSING,
                (log.isEmpty()
                                ? "the log is gone, with Raft's term and vote"
                                : "raft-meta, which holds Raft's term and vote, is missing or empty beside the log "
                                        + log)
                        + "; "
                        + (facts.isAlone()
                                ? "put it back from a copy, or begin a new data directory with snapshot restore"
                                : REPLACE));
    }

    /** What the operator can do. An old copy of a member's directory would have forgotten what it acknowledged since. */
    static String advice(StartFacts facts) {
        return facts.isAlone() ? PUT_BACK : REPLACE;
    }
}
