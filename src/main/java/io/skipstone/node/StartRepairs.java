package io.skipstone.node;

import io.skipstone.consensus.RaftLogDirectory;
import io.skipstone.model.Failpoint;
import io.skipstone.snapshot.Artifact;
import io.skipstone.snapshot.ArtifactException;
import io.skipstone.snapshot.ArtifactStage;
import io.skipstone.snapshot.LogFlaw;
import io.skipstone.snapshot.StartDecision;
import io.skipstone.snapshot.StartDecision.ArtifactOffer;
import io.skipstone.store.Generations;
import io.skipstone.store.Generations.Opened;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Does what the gate asks for, one step at a time; each says what it did in one line. Whatever is taken away is kept aside. */
final class StartRepairs {
    private static final Logger LOG = Logger.getLogger(StartRepairs.class);

    private final Generations generations;
    private final RaftLogDirectory log;
    private final UUID group;
    private final LocalArtifacts artifacts;
    private final StartTracker tracker;

    StartRepairs(
            Generations generations, RaftLogDirectory log, UUID group, LocalArtifacts artifacts, StartTracker tracker) {
        this.generations = generations;
        this.log = log;
        this.group = group;
        this.artifacts = artifacts;
        this.tracker = tracker;
    }

    /** Returns the store that is open afterwards: the same one, or its successor. */
    Opened make(Opened opened, StartDecision.Repair repair) throws IOException {
        return switch (repair) {
            case StartDecision.CutTail(var tail) -> cutTail(opened, tail);
            case StartDecision.DropFront(var front, var first) -> dropFront(opened, front, first);
            case StartDecision.NewLog newLog -> newLog(opened, newLog);
            case StartDecision.SetStoreAside(var reason) -> setStoreAside(opened, reason);
            case StartDecision.TakeIn(var reason, var artifact) -> takeIn(opened, reason, artifact);
        };
    }

    private Opened cutTail(Opened opened, LogFlaw tail) throws IOException {
        Path aside = log.cut(tail);
        LOG.warnf(
                "the log ended in a torn write that was never acknowledged; it was cut off file=%s offset=%d bytes=%d"
                        + " index=%d dir=%s",
                tail.file(), tail.offset(), tail.bytes(), tail.from(), aside);
        return opened;
    }

    private Opened dropFront(Opened opened, LogFlaw front, long first) throws IOException {
        // From now on only the store holds them: first they must survive a power loss there.
        opened.store().sync();
        Path aside = log.moveFrontAside(first);
        LOG.warnf(
                "the log began with entries that cannot be read and that the store holds; they were moved aside"
                        + " flaw=\"%s\" logStart=%d dir=%s",
                front, first, aside);
        return opened;
    }

    private Opened newLog(Opened opened, StartDecision.NewLog repair) throws IOException {
        opened.store().sync();
        Path aside = log.moveEntriesAside();
        LOG.warnf(
                "the store holds all of the log and more; the log was moved aside reason=%s applied=%s dir=%s",
                repair.reason().code(), repair.have(), aside);
        return opened;
    }

    private Opened setStoreAside(Opened opened, StartDecision.Reason reason) {
        Path aside = generations.quarantine(opened);
        LOG.warnf("store cannot be trusted and was moved aside reason=%s dir=%s", reason.code(), aside);
        Failpoint.START_STORE_ASIDE.hit();
        return generations.openNew();
    }

    private Opened takeIn(Opened opened, StartDecision.Reason reason, ArtifactOffer offer) {
        try (Artifact artifact = Artifact.open(offer.file());
                ArtifactStage stage = ArtifactStage.begin(generations, artifact.manifest(), group)) {
            takeIn(artifact, stage);
        } catch (ArtifactException failure) {
            artifacts.passOver(offer.file(), String.valueOf(failure.getMessage()));
            return opened;
        }
        opened.store().close();
        LOG.warnf(
                "store is taken from an artifact reason=%s applied=%s file=%s",
                reason.code(), offer.applied(), offer.file());
        Failpoint.START_TAKEN_IN.hit();
        return generations.open();
    }

    private void takeIn(Artifact artifact, ArtifactStage stage) {
        try {
            stage.copyFrom(artifact, tracker::copied);
            stage.finish();
        } catch (ArtifactException failure) {
            stage.discard();
            throw failure;
        }
    }
}
