package io.skipstone.snapshot;

import io.skipstone.model.Position;
import io.skipstone.snapshot.StartDecision.ArtifactOffer;
import io.skipstone.snapshot.StartDecision.CutTail;
import io.skipstone.snapshot.StartDecision.Fresh;
import io.skipstone.snapshot.StartDecision.Reason;
import io.skipstone.snapshot.StartDecision.Refuse;
import io.skipstone.snapshot.StartDecision.Replay;
import io.skipstone.snapshot.StartDecision.SetStoreAside;
import io.skipstone.snapshot.StartDecision.TakeIn;
import io.skipstone.store.StoreState;
import io.skipstone.store.StoreState.Doubt;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Decides whether the store may be used as it is. Pure: the caller acts on the answer, and asks again after a repair.
 * docs/operations.md has the table of all cases; with several voters fewer of them are repaired ({@link LogCheck}).
 *
 * <p>The states that are refused or repaired here are those in which Ratis 3.3.0 neither fails nor works: with the store behind the
 * log's start it spins a core for ever, with the store ahead of the log's end it leads and cannot append. A repair is answered only
 * if the node is accepted after it, so a refusal finds nothing changed.
 */
public final class SkipGate {
    private final StartFacts facts;
    private final LogExtent log;
    private final Supplier<List<ArtifactOffer>> artifacts;

    private SkipGate(StartFacts facts, LogExtent log, Supplier<List<ArtifactOffer>> artifacts) {
        this.facts = facts;
        this.log = log;
        this.artifacts = artifacts;
    }

    /**
     * What to do next.
     *
     * @param artifacts of this group, the best one first; asked for only when the store does not do
     */
    public static StartDecision decide(
            StoreState store, LogExtent log, StartFacts facts, Supplier<List<ArtifactOffer>> artifacts) {
        return new SkipGate(facts, log, artifacts).decide(store);
    }

    private StartDecision decide(StoreState store) {
        return switch (store) {
            case StoreState.Known(var meta) -> {
                if (meta.groupId().isPresent() && !meta.groupId().get().equals(facts.group())) {
                    yield wrongOwner(meta.groupId().get());
                }
                yield meta.applied().map(this::withStore).orElseGet(this::beforeTheFirstEntry);
            }
            case StoreState.Fresh _ ->
                log.isNew() ? new Fresh() : withoutStore(Reason.META_MISSING, new Replay(Reason.META_MISSING));
            case StoreState.Unknown(var doubt) -> withoutStore(reason(doubt), new SetStoreAside(reason(doubt)));
            case StoreState.NoIndex _ ->
                log.isNew()
                        ? new Fresh()
                        : wholeLog(Reason.BACKEND_WITHOUT_INDEX, new Replay(Reason.BACKEND_WITHOUT_INDEX));
        };
    }

    private StartDecision withStore(Position have) {
        StartDecision decision = LogCheck.of(have, log, facts);
        return decision instanceof Refuse refusal ? orArtifact(refusal) : decision;
    }

    /** There is a store that never took an entry: the log must supply all of them. */
    private StartDecision beforeTheFirstEntry() {
        return log.isNew() ? new Fresh() : wholeLogOrArtifact(Reason.BEHIND_LOG, new Fresh());
    }

    private StartDecision withoutStore(Reason reason, StartDecision ifWhole) {
        return orArtifactFirst(reason, wholeLog(reason, ifWhole));
    }

    private StartDecision wholeLogOrArtifact(Reason reason, StartDecision ifWhole) {
        StartDecision fromLog = wholeLog(reason, ifWhole);
        return fromLog instanceof Refuse refusal ? orArtifact(refusal) : fromLog;
    }

    /** The store is to be made from the log alone. */
    private StartDecision wholeLog(Reason reason, StartDecision ifWhole) {
        if (!log.isWhole()) {
            return new Refuse(
                    reason,
                    "the store cannot be used (" + reason.code() + ") and the log " + log + " does not hold all of it; "
                            + LogCheck.advice(facts));
        }
        if (!log.hasVote()) {
            return LogCheck.voteMissing(log, facts);
        }
        if (log.tail().isPresent()) {
            LogFlaw tail = log.tail().get();
            return tail.torn() ? new CutTail(tail) : LogCheck.damaged(tail, facts);
        }
        return ifWhole;
    }

    private StartDecision orArtifact(Refuse refusal) {
        return orArtifactFirst(refusal.reason(), refusal);
    }

    /**
     * An artifact with which the node is accepted, if there is one. It is read before anything else is changed. Beside an empty log
     * nothing says that it is the newest state of the group, so it is not taken.
     */
    private StartDecision orArtifactFirst(Reason reason, StartDecision otherwise) {
        if (!log.hasVote() || log.isEmpty()) {
            return otherwise;
        }
        return artifacts.get().stream()
                .filter(artifact -> !(LogCheck.of(artifact.applied(), log, facts.withoutInstall()) instanceof Refuse))
                .findFirst()
                .<StartDecision>map(artifact -> new TakeIn(reason, artifact))
                .orElse(otherwise);
    }

    private Refuse wrongOwner(UUID owner) {
        return new Refuse(
                Reason.WRONG_OWNER,
                "the store belongs to group " + owner + " and this node to group " + facts.group()
                        + "; put the store back where it came from, or take an artifact of it into a new data directory"
                        + " with snapshot restore");
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
